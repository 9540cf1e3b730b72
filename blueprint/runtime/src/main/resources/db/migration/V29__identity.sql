-- What a pending transaction became, in tiers, and what a person says of the doubtful ones.

alter table caravan.transaction add column settled_tier text;
comment on column caravan.transaction.settled_tier is 'How sure settled_as is: the tier of its row in caravan.settlement. Null where settled_as is, and where an older node wrote that.';
create index transaction_unsettled on caravan.transaction (account_id, removed_at)
  where status = 'pending' and removed_at is not null and settled_tier is null;

create table caravan.settlement (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  account_id bigint not null references caravan.account,
  pending_id bigint not null,
  booked_id bigint not null,
  tier text not null,
  outcome text not null,
  reason text not null,
  found_at timestamptz not null default caravan.now(),
  decided_at timestamptz,
  decided_by text,
  constraint settlement_of_a_pair_is_known_once unique (pending_id, booked_id),
  constraint settlement_tier_is_known check (tier in ('exact', 'strong', 'weak')),
  constraint settlement_outcome_is_known check (outcome in ('linked', 'open', 'rejected', 'undone')),
  constraint settlement_that_is_open_is_weak check (outcome <> 'open' or tier = 'weak'),
  constraint settlement_says_who_decided check ((outcome = 'open') = (decided_by is null) and (outcome = 'open') = (decided_at is null))
);
comment on table caravan.settlement is 'Pairs of a pending transaction that is gone and a booked one that it may have become. A pair that a person rejected, or that was undone, is never linked again.';
comment on column caravan.settlement.outcome is 'linked: settled_as of the pending row says so. open: for a person. rejected: by a person. undone: the pending row came back.';
create unique index settlement_links_a_pending_row_once on caravan.settlement (pending_id) where outcome = 'linked';
create unique index settlement_links_a_booked_row_once on caravan.settlement (booked_id) where outcome = 'linked';
create index settlement_by_booked on caravan.settlement (booked_id);
create index settlement_by_connection on caravan.settlement (connection_id);
create index settlement_by_account on caravan.settlement (account_id);
create index settlement_to_review on caravan.settlement (found_at, id) where outcome = 'open';

-- links of before: amount, currency and text agreed, and no other fitted
insert into caravan.settlement (connection_id, account_id, pending_id, booked_id, tier, outcome, reason, found_at, decided_at, decided_by)
select a.connection_id, p.account_id, p.id, p.settled_as, case when b.booking_date = p.booking_date then 'exact' else 'strong' end, 'linked',
  case when b.booking_date = p.booking_date then 'same amount and text, same day' else 'same amount and text, near date' end,
  p.changed_at, p.changed_at, 'caravan'
from caravan.transaction p
join caravan.account a on a.id = p.account_id
join caravan.transaction b on b.id = p.settled_as
where p.status = 'pending'
on conflict do nothing;
update caravan.transaction t set settled_tier = s.tier
from caravan.settlement s where s.pending_id = t.id and s.booked_id = t.settled_as;

create view ledger.settlement as
select c.provider, s.connection_id, s.account_id, s.id as settlement_id, s.pending_id as pending_transaction_id,
  s.booked_id as booked_transaction_id, s.tier, s.outcome, s.reason, s.found_at, s.decided_at, s.decided_by
from caravan.settlement s join caravan.connection c on c.id = s.connection_id;
comment on view ledger.settlement is 'Which booked transaction a pending one became, how sure that is, and the doubtful pairs that wait for a person.';
comment on column ledger.settlement.provider is 'Name of the provider.';
comment on column ledger.settlement.connection_id is 'The connection.';
comment on column ledger.settlement.account_id is 'The account of both, key of ledger.account.';
comment on column ledger.settlement.settlement_id is 'Ours; what the command settlements knows the pair by. One that is open may go again when others explain the rows.';
comment on column ledger.settlement.pending_transaction_id is 'The pending row, transaction_id of ledger.transaction; it has a removed_at, unless it came back.';
comment on column ledger.settlement.booked_transaction_id is 'The booked row, transaction_id of ledger.transaction.';
comment on column ledger.settlement.tier is 'exact: the same id and amount, or amount, text and day equal and no other fits. strong: the same amount, near date, and text, merchant or counterparty agree, and no other fits. weak: it fits but not alone, or amount, text or date differ.';
comment on column ledger.settlement.outcome is 'linked: settled_as of the pending row says so; of a weak pair only where a person accepted it. open: weak and not decided. rejected: a person said no. undone: the pending row came back.';
comment on column ledger.settlement.reason is 'What agreed and what did not, in words.';
comment on column ledger.settlement.found_at is 'When the pair was first seen.';
comment on column ledger.settlement.decided_at is 'When it was linked, rejected or undone; null while it is open.';
comment on column ledger.settlement.decided_by is 'caravan, or the person; null while it is open.';

create or replace view ledger.transaction as
select c.provider, a.connection_id, t.account_id, t.id as transaction_id, t.provider_transaction_id, t.status, t.booked_at,
  t.booking_date, t.value_date, t.amount, t.currency, t.direction, t.running_balance, t.description, t.merchant_name,
  t.counterparty_name, t.counterparty_account, t.category, t.classification, t.anomaly, t.settled_as, t.raw, t.first_seen_at, t.changed_at,
  t.removed_at, t.origin, t.is_loopback, t.is_mutable, t.settled_tier
from caravan.transaction t
join caravan.account a on a.id = t.account_id
join caravan.connection c on c.id = a.connection_id;
comment on column ledger.transaction.settled_as is 'On a pending row: the transaction_id of the booked row it became, where that is sure or a person said so.';
comment on column ledger.transaction.settled_tier is 'How sure settled_as is: exact, strong, or weak where a person accepted it; null where settled_as is null. More in ledger.settlement.';

-- ---------------------------------------------------------------- an upgrade never re-keys

create table caravan.live_mapping (
  provider text not null,
  kind text not null,
  part text not null,
  file text not null,
  version text not null,
  text text not null,
  settings jsonb not null,
  since timestamptz not null default caravan.now(),
  primary key (provider, kind, part, file)
);
comment on table caravan.live_mapping is 'The mappings that ran last, word by word: a new one is compared with them over rows of the store before it runs, so that no row gets another identity unnoticed.';
comment on column caravan.live_mapping.part is 'The part of the kind as the route writes it; empty where it is all of it.';
comment on column caravan.live_mapping.version is 'The first eight digits of the SHA-256 of the file.';
comment on column caravan.live_mapping.settings is 'The settings map.* that it knew.';
