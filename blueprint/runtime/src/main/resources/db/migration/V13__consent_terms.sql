-- What an account servicer says of a balance, and how sure a trip was.

alter table caravan.balance add column balance_type text;
alter table caravan.connection add column id_token_verified boolean;
comment on column caravan.connection.id_token_verified is 'Whether the id_token of the last trip was signed and fitted; false where it was opaque and proved nothing.';

create or replace view ledger.balance as
select c.provider, a.connection_id, a.id as account_id, b.id as balance_id, b.as_of, b.currency, b.current_amount, b.available_amount, b.overdraft, b.credit_limit,
  b.owed_amount, b.raw, b.first_seen_at, b.changed_at, b.removed_at, b.balance_type
from caravan.account a
join caravan.connection c on c.id = a.connection_id
cross join lateral (
  select * from caravan.balance x where x.account_id = a.id and x.removed_at is null order by x.as_of desc limit 1) b;
comment on column ledger.balance.balance_type is 'Which of the provider''s balances current_amount is, as it names them; null where it has but one.';

create or replace view ledger.connection as
select c.id as connection_id, c.provider, c.user_ref, c.state, c.external_id, c.institution, c.scopes, c.created_at,
  c.authorised_at, c.consent_expires_at, c.first_complete_at, c.last_ok_at, c.last_fault, c.paused_until, c.id_token_verified
from caravan.connection c;
comment on column ledger.connection.id_token_verified is 'Whether the id_token of the last trip was signed and fitted; false where it was opaque, null where the provider has none.';
