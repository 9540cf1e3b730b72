-- why <transaction>: where a transaction came from: its provider, account, pull, request and what was sent
select t.id as transaction, c.provider, c.id as connection, c.user_ref as user, a.id as account, a.provider_account_id as provider_account,
  t.provider_transaction_id as provider_transaction, t.identity, t.status, t.booking_date, t.amount, t.currency,
  date_trunc('second', t.first_seen_at) as first_seen, date_trunc('second', t.changed_at) as changed,
  date_trunc('second', t.removed_at) as removed, t.settled_as, t.pull_id as pull, r.kind, date_trunc('second', r.started_at) as pulled,
  r.outcome, r.message, jsonb_pretty(t.raw) as sent
from caravan.transaction t join caravan.account a on a.id = t.account_id join caravan.connection c on c.id = a.connection_id
left join lateral (select * from caravan.pull_run r where r.pull_id = t.pull_id and r.connection_id = c.id
  order by r.kind like '%transaction%' desc, r.kind limit 1) r on true
where t.id = :transaction::bigint
