-- Providers that list parties by reference alone: the list is kept, and each party is read by itself.

create function caravan.strict_instant(written text) returns timestamptz language sql stable
return case when written like '0001-01-01%' or written = '' then null
            when written like '____-__-__%' then written::timestamptz
            else ('no instant of ISO 8601: ' || written)::timestamptz end;
comment on function caravan.strict_instant(text) is 'An instant as caravan.instant reads it, but what does not parse refuses its record; words such as yesterday, which PostgreSQL takes, are no instants.';

alter table caravan.page add column read_at timestamptz;
comment on column caravan.page.read_at is 'When the page was stored last.';

-- an identifier can be erased with the party that it was of
alter table caravan.party_identifier alter column value drop not null;
alter table caravan.party_identifier add constraint party_identifier_has_a_value_while_it_lives check (value is not null or removed_at is not null);

create table caravan.listed_party (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  list text not null,
  provider_party_id text not null,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint listed_party_is_known_once unique (connection_id, identity)
);
comment on table caravan.listed_party is 'References of parties as lists name them; what a party is, is in caravan.party.';
-- one reference that meant two parties would mix up what hangs on them
create unique index listed_party_is_in_one_list on caravan.listed_party (connection_id, provider_party_id) where removed_at is null;

create view ledger.listed_party as
select c.provider, x.connection_id, x.id as listed_party_id, x.list, x.provider_party_id, p.id is not null as is_stored, r.read_at,
  x.raw, x.first_seen_at, x.changed_at, x.removed_at
from caravan.listed_party x
join caravan.connection c on c.id = x.connection_id
left join caravan.party p on p.connection_id = x.connection_id and p.provider_party_id = x.provider_party_id and p.removed_at is null
left join caravan.page r on r.connection_id = x.connection_id and r.account = x.provider_party_id || '/' || x.list
  and split_part(r.endpoint, '#', 2) = x.list;
comment on view ledger.listed_party is 'References of parties as the provider lists them, and when each party was read last.';
comment on column ledger.listed_party.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.listed_party.connection_id is 'The connection it came through.';
comment on column ledger.listed_party.listed_party_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.listed_party.list is 'Which list names it: person, company or company_v2 at one provider.';
comment on column ledger.listed_party.provider_party_id is 'The party, provider_party_id of ledger.party.';
comment on column ledger.listed_party.is_stored is 'Whether ledger.party has it, not removed.';
comment on column ledger.listed_party.read_at is 'When the party was read last; null is not yet.';
comment on column ledger.listed_party.raw is 'What the provider sent.';
comment on column ledger.listed_party.first_seen_at is 'When it first came in.';
comment on column ledger.listed_party.changed_at is 'When a value of this row last changed.';
comment on column ledger.listed_party.removed_at is 'Since when the list no longer names it. The party itself may still be there: it is asked for by itself.';
