-- accounts <connection>: the accounts of a connection, and how fresh and how far back the transactions of each are
select a.id as account, a.family, a.account_type as type, a.currency, a.provider_account_id as provider_account,
  date_trunc('second', greatest(u.complete_at, w.drained_at)) as fresh, u.oldest, date_trunc('second', a.changed_at) as changed,
  date_trunc('second', a.removed_at) as removed
from caravan.account a
left join lateral (select max(x.complete_at) as complete_at, min(x.oldest_covered) as oldest from caravan.cursor x
  where x.account_id = a.id and x.kind = 'transactions') u on true
left join lateral (select max(w.drained_at) as drained_at from caravan.walk w where w.connection_id = a.connection_id
  and w.kind like '%transaction%' and w.account in (a.provider_account_id, '-')) w on true
where a.connection_id = :connection::uuid order by a.removed_at nulls first, a.family, a.id limit 1000
