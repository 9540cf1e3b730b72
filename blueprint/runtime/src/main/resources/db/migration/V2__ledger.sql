-- The promised views. Columns are added at the end, never removed or retyped inside a major version.

create view ledger.connection as
select c.id as connection_id, c.provider, c.user_ref, c.state, c.external_id, c.institution, c.scopes, c.created_at,
  c.authorised_at, c.consent_expires_at, c.first_complete_at, c.last_ok_at, c.last_fault, c.paused_until
from caravan.connection c;
comment on view ledger.connection is 'One user at one provider and the state of the consent.';
comment on column ledger.connection.connection_id is 'Ours, stable for life, also over re-consent.';
comment on column ledger.connection.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.connection.user_ref is 'Your own reference of the user, as given when the connection was created.';
comment on column ledger.connection.state is 'pending, authorised, active, expiring, expired, reauth_required, revoked, declined or abandoned.';
comment on column ledger.connection.external_id is 'The provider''s own id of the connection.';
comment on column ledger.connection.institution is 'The bank behind the connection, as the provider names it.';
comment on column ledger.connection.scopes is 'What the user agreed to, space separated.';
comment on column ledger.connection.created_at is 'When the connection was created here.';
comment on column ledger.connection.authorised_at is 'When the user last agreed.';
comment on column ledger.connection.consent_expires_at is 'When the consent ends; pulls stop then even if tokens still work.';
comment on column ledger.connection.first_complete_at is 'When all kinds had been pulled once.';
comment on column ledger.connection.last_ok_at is 'End of the last pull that went through.';
comment on column ledger.connection.last_fault is 'The last fault in one line; null after a pull that went through.';
comment on column ledger.connection.paused_until is 'No pull before this instant.';

create view ledger.account as
select c.provider, a.connection_id, a.id as account_id, a.provider_account_id, a.family, a.account_type, a.currency, a.display_name,
  a.holder_name, a.iban, a.sort_code, a.account_number, a.bic, a.masked_pan, a.card_network, a.institution, a.raw,
  a.first_seen_at, a.changed_at, a.removed_at
from caravan.account a join caravan.connection c on c.id = a.connection_id;
comment on view ledger.account is 'Accounts and cards.';
comment on column ledger.account.provider is 'Name of the provider.';
comment on column ledger.account.connection_id is 'The connection it belongs to.';
comment on column ledger.account.account_id is 'Ours, stable for life.';
comment on column ledger.account.provider_account_id is 'The provider''s id.';
comment on column ledger.account.family is 'account or card.';
comment on column ledger.account.account_type is 'As the provider names it.';
comment on column ledger.account.currency is 'ISO 4217.';
comment on column ledger.account.display_name is 'As shown to the user.';
comment on column ledger.account.holder_name is 'Name on the account or card.';
comment on column ledger.account.iban is 'IBAN where the provider tells it.';
comment on column ledger.account.sort_code is 'UK sort code, six digits.';
comment on column ledger.account.account_number is 'National account number.';
comment on column ledger.account.bic is 'BIC where the provider tells it.';
comment on column ledger.account.masked_pan is 'Last digits of a card.';
comment on column ledger.account.card_network is 'VISA, MASTERCARD and so on.';
comment on column ledger.account.institution is 'The bank.';
comment on column ledger.account.raw is 'What the provider sent, card numbers masked.';
comment on column ledger.account.first_seen_at is 'When it first came in.';
comment on column ledger.account.changed_at is 'When a value of this row last changed.';
comment on column ledger.account.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.balance as
select c.provider, a.connection_id, a.id as account_id, b.id as balance_id, b.as_of, b.currency, b.current_amount, b.available_amount, b.overdraft, b.credit_limit,
  b.owed_amount, b.raw, b.first_seen_at, b.changed_at, b.removed_at
from caravan.account a
join caravan.connection c on c.id = a.connection_id
cross join lateral (
  select * from caravan.balance x where x.account_id = a.id and x.removed_at is null order by x.as_of desc limit 1) b;
comment on view ledger.balance is 'The latest balance of each account.';
comment on column ledger.balance.provider is 'Name of the provider.';
comment on column ledger.balance.connection_id is 'The connection.';
comment on column ledger.balance.account_id is 'The account, key of ledger.account.';
comment on column ledger.balance.balance_id is 'Ours.';
comment on column ledger.balance.as_of is 'The instant the provider states it for.';
comment on column ledger.balance.currency is 'ISO 4217.';
comment on column ledger.balance.current_amount is 'Without pending; on a card what is owed counts negative.';
comment on column ledger.balance.available_amount is 'With overdraft and pending; null where not told.';
comment on column ledger.balance.overdraft is 'The agreed overdraft.';
comment on column ledger.balance.credit_limit is 'Limit of a card.';
comment on column ledger.balance.owed_amount is 'What is owed on a card, a positive figure.';
comment on column ledger.balance.raw is 'What the provider sent.';
comment on column ledger.balance.first_seen_at is 'When it first came in.';
comment on column ledger.balance.changed_at is 'When a value of this row last changed.';
comment on column ledger.balance.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.balance_history as
select c.provider, a.connection_id, b.account_id, b.id as balance_id, b.as_of, b.currency, b.current_amount, b.available_amount, b.overdraft, b.credit_limit,
  b.owed_amount, b.raw, b.first_seen_at, b.changed_at, b.removed_at
from caravan.balance b
join caravan.account a on a.id = b.account_id
join caravan.connection c on c.id = a.connection_id;
comment on view ledger.balance_history is 'Every balance that was told, by as-of instant.';
comment on column ledger.balance_history.provider is 'Name of the provider.';
comment on column ledger.balance_history.connection_id is 'The connection.';
comment on column ledger.balance_history.account_id is 'The account, key of ledger.account.';
comment on column ledger.balance_history.balance_id is 'Ours.';
comment on column ledger.balance_history.as_of is 'The instant the provider states it for.';
comment on column ledger.balance_history.currency is 'ISO 4217.';
comment on column ledger.balance_history.current_amount is 'Without pending; on a card what is owed counts negative.';
comment on column ledger.balance_history.available_amount is 'With overdraft and pending; null where not told.';
comment on column ledger.balance_history.overdraft is 'The agreed overdraft.';
comment on column ledger.balance_history.credit_limit is 'Limit of a card.';
comment on column ledger.balance_history.owed_amount is 'What is owed on a card, a positive figure.';
comment on column ledger.balance_history.raw is 'What the provider sent.';
comment on column ledger.balance_history.first_seen_at is 'When it first came in.';
comment on column ledger.balance_history.changed_at is 'When a value of this row last changed.';
comment on column ledger.balance_history.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.transaction as
select c.provider, a.connection_id, t.account_id, t.id as transaction_id, t.provider_transaction_id, t.status, t.booked_at,
  t.booking_date, t.value_date, t.amount, t.currency, t.direction, t.running_balance, t.description, t.merchant_name,
  t.counterparty_name, t.counterparty_account, t.category, t.classification, t.anomaly, t.settled_as, t.raw, t.first_seen_at, t.changed_at,
  t.removed_at
from caravan.transaction t
join caravan.account a on a.id = t.account_id
join caravan.connection c on c.id = a.connection_id;
comment on view ledger.transaction is 'Booked transactions for life, pending ones as last told. Negative is money out, for every provider and kind.';
comment on column ledger.transaction.provider is 'Name of the provider.';
comment on column ledger.transaction.connection_id is 'The connection it came through.';
comment on column ledger.transaction.account_id is 'The account, key of ledger.account.';
comment on column ledger.transaction.transaction_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.transaction.provider_transaction_id is 'The most stable id the provider gives; may be null.';
comment on column ledger.transaction.status is 'booked or pending.';
comment on column ledger.transaction.booked_at is 'The instant of booking where the provider tells one.';
comment on column ledger.transaction.booking_date is 'The booking date as the bank wrote it, no zone shift.';
comment on column ledger.transaction.value_date is 'The value date where the provider tells one.';
comment on column ledger.transaction.amount is 'Exact decimal; negative is money out of the account.';
comment on column ledger.transaction.currency is 'ISO 4217.';
comment on column ledger.transaction.direction is 'debit (out) or credit (in); always agrees with the sign.';
comment on column ledger.transaction.running_balance is 'Balance after this transaction as the provider states it.';
comment on column ledger.transaction.description is 'As on the statement.';
comment on column ledger.transaction.merchant_name is 'The merchant as enriched by the provider.';
comment on column ledger.transaction.counterparty_name is 'The other side.';
comment on column ledger.transaction.counterparty_account is 'IBAN or number of the other side.';
comment on column ledger.transaction.category is 'The provider''s category.';
comment on column ledger.transaction.classification is 'The provider''s finer classes, joined by > .';
comment on column ledger.transaction.anomaly is 'What was odd in the payload and how it was read; null is normal.';
comment on column ledger.transaction.settled_as is 'On a pending row: the transaction_id of the booked row it became, where it could be matched.';
comment on column ledger.transaction.raw is 'What the provider sent, card numbers masked.';
comment on column ledger.transaction.first_seen_at is 'When it first came in.';
comment on column ledger.transaction.changed_at is 'When a value of this row last changed.';
comment on column ledger.transaction.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.standing_order as
select c.provider, a.connection_id, s.account_id, s.id as standing_order_id, s.status, s.frequency, s.payee, s.reference, s.currency,
  s.next_payment_date, s.next_payment_amount, s.first_payment_date, s.first_payment_amount, s.final_payment_date,
  s.final_payment_amount, s.raw, s.first_seen_at, s.changed_at, s.removed_at
from caravan.standing_order s
join caravan.account a on a.id = s.account_id
join caravan.connection c on c.id = a.connection_id;
comment on view ledger.standing_order is 'Standing orders as last told.';
comment on column ledger.standing_order.provider is 'Name of the provider.';
comment on column ledger.standing_order.connection_id is 'The connection it came through.';
comment on column ledger.standing_order.account_id is 'The account, key of ledger.account.';
comment on column ledger.standing_order.standing_order_id is 'Ours, stable for life.';
comment on column ledger.standing_order.status is 'As the provider names it.';
comment on column ledger.standing_order.frequency is 'In the provider''s grammar.';
comment on column ledger.standing_order.payee is 'Who is paid.';
comment on column ledger.standing_order.reference is 'The payment reference.';
comment on column ledger.standing_order.currency is 'ISO 4217.';
comment on column ledger.standing_order.next_payment_date is 'Next payment.';
comment on column ledger.standing_order.next_payment_amount is 'Amount, a positive figure.';
comment on column ledger.standing_order.first_payment_date is 'First payment.';
comment on column ledger.standing_order.first_payment_amount is 'Amount, a positive figure.';
comment on column ledger.standing_order.final_payment_date is 'Last payment; null is open ended.';
comment on column ledger.standing_order.final_payment_amount is 'Amount, a positive figure.';
comment on column ledger.standing_order.raw is 'What the provider sent.';
comment on column ledger.standing_order.first_seen_at is 'When it first came in.';
comment on column ledger.standing_order.changed_at is 'When a value of this row last changed.';
comment on column ledger.standing_order.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.direct_debit as
select c.provider, a.connection_id, d.account_id, d.id as direct_debit_id, d.status, d.name, d.mandate_id, d.currency,
  d.previous_payment_at, d.previous_payment_amount, d.raw, d.first_seen_at, d.changed_at, d.removed_at
from caravan.direct_debit d
join caravan.account a on a.id = d.account_id
join caravan.connection c on c.id = a.connection_id;
comment on view ledger.direct_debit is 'Direct debit mandates as last told.';
comment on column ledger.direct_debit.provider is 'Name of the provider.';
comment on column ledger.direct_debit.connection_id is 'The connection it came through.';
comment on column ledger.direct_debit.account_id is 'The account, key of ledger.account.';
comment on column ledger.direct_debit.direct_debit_id is 'Ours, stable for life.';
comment on column ledger.direct_debit.status is 'As the provider names it.';
comment on column ledger.direct_debit.name is 'Who collects.';
comment on column ledger.direct_debit.mandate_id is 'The mandate.';
comment on column ledger.direct_debit.currency is 'ISO 4217.';
comment on column ledger.direct_debit.previous_payment_at is 'Last collection.';
comment on column ledger.direct_debit.previous_payment_amount is 'Amount, a positive figure.';
comment on column ledger.direct_debit.raw is 'What the provider sent.';
comment on column ledger.direct_debit.first_seen_at is 'When it first came in.';
comment on column ledger.direct_debit.changed_at is 'When a value of this row last changed.';
comment on column ledger.direct_debit.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.holder as
select c.provider, h.connection_id, h.id as holder_id, h.full_name, h.raw, h.first_seen_at, h.changed_at, h.removed_at
from caravan.holder h join caravan.connection c on c.id = h.connection_id;
comment on view ledger.holder is 'Who the provider says the user is.';
comment on column ledger.holder.provider is 'Name of the provider.';
comment on column ledger.holder.connection_id is 'The connection.';
comment on column ledger.holder.holder_id is 'Ours, stable for life.';
comment on column ledger.holder.full_name is 'As the bank knows the user.';
comment on column ledger.holder.raw is 'What the provider sent.';
comment on column ledger.holder.first_seen_at is 'When it first came in.';
comment on column ledger.holder.changed_at is 'When a value of this row last changed.';
comment on column ledger.holder.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.rejected_record as
select r.id as rejected_id, r.provider, r.connection_id, r.account_id, r.kind, r.pull_id, r.page, r.position, r.reason, r.sqlstate,
  r.payload, r.first_seen_at, r.last_seen_at, r.times
from caravan.rejected_record r;
comment on view ledger.rejected_record is 'Records the store refused; the rest of their page went in.';
comment on column ledger.rejected_record.rejected_id is 'Ours.';
comment on column ledger.rejected_record.provider is 'Name of the provider.';
comment on column ledger.rejected_record.connection_id is 'The connection it came through.';
comment on column ledger.rejected_record.account_id is 'The account; null for kinds that have none.';
comment on column ledger.rejected_record.kind is 'The kind of record.';
comment on column ledger.rejected_record.pull_id is 'The pull that met it last.';
comment on column ledger.rejected_record.page is 'The request whose answer held it.';
comment on column ledger.rejected_record.position is 'Its place in that answer, from 1.';
comment on column ledger.rejected_record.reason is 'Why it was refused, in words.';
comment on column ledger.rejected_record.sqlstate is 'The PostgreSQL code behind the reason.';
comment on column ledger.rejected_record.payload is 'The record as sent, card numbers masked.';
comment on column ledger.rejected_record.first_seen_at is 'When it first came in.';
comment on column ledger.rejected_record.last_seen_at is 'When it was met last.';
comment on column ledger.rejected_record.times is 'How often it was met.';

create view ledger.pull_run as
select c.provider, p.connection_id, p.pull_id, p.kind, p.started_at, p.ended_at, p.outcome, p.attended, p.calls, p.pages, p.seen,
  p.inserted, p.changed, p.removed, p.rejected, p.message
from caravan.pull_run p join caravan.connection c on c.id = p.connection_id;
comment on view ledger.pull_run is 'One row a pull and kind of record.';
comment on column ledger.pull_run.provider is 'Name of the provider.';
comment on column ledger.pull_run.connection_id is 'The connection.';
comment on column ledger.pull_run.pull_id is 'The pull; one pull has a row a kind.';
comment on column ledger.pull_run.kind is 'The kind of record.';
comment on column ledger.pull_run.started_at is 'First call.';
comment on column ledger.pull_run.ended_at is 'Null while it runs.';
comment on column ledger.pull_run.outcome is 'running, complete, partial (some accounts later), failed or interrupted (a node died).';
comment on column ledger.pull_run.attended is 'Whether the user was present.';
comment on column ledger.pull_run.calls is 'Calls made.';
comment on column ledger.pull_run.pages is 'Answers stored.';
comment on column ledger.pull_run.seen is 'Records in them.';
comment on column ledger.pull_run.inserted is 'New records.';
comment on column ledger.pull_run.changed is 'Records with new values.';
comment on column ledger.pull_run.removed is 'Records that are gone.';
comment on column ledger.pull_run.rejected is 'Records refused.';
comment on column ledger.pull_run.message is 'Why it is not complete.';

-- A reader sees ledger and nothing else.
do $$
begin
  if not exists (select from pg_roles where rolname = 'caravan_reader') then
    create role caravan_reader nologin;
  end if;
exception when insufficient_privilege then
  raise notice 'role caravan_reader is missing and this login may not create it; create it and grant it select on schema ledger';
end $$;
do $$
begin
  if exists (select from pg_roles where rolname = 'caravan_reader') then
    grant usage on schema ledger to caravan_reader;
    grant select on all tables in schema ledger to caravan_reader;
    alter default privileges in schema ledger grant select on tables to caravan_reader;
  end if;
end $$;
