-- budget [connection] [--provider NAME]: unattended calls of the last 24 hours that count, and what may not be asked before when
select c.provider, c.id as connection, coalesce(used.endpoint, b.endpoint) as endpoint, coalesce(used.account, b.account) as account,
  coalesce(used.calls, 0) as used, date_trunc('second', used.first + interval '24 hours') as next_is_free,
  date_trunc('second', b.until) as refused_until, b.reason
from caravan.connection c
cross join lateral (
  select l.endpoint, l.account, count(*) as calls, min(l.called_at) as first from caravan.call l
  where l.connection_id = c.id and l.counted and l.called_at > caravan.now() - interval '24 hours' group by 1, 2) used
full join (select * from caravan.call_ban where until > caravan.now()) b
  on b.connection_id = c.id and b.endpoint = used.endpoint and b.account = used.account
where (:connection is null or coalesce(c.id, b.connection_id)::text = :connection) and (:provider is null or c.provider = :provider)
order by 1, 2, 3, 4
