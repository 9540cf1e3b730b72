-- budget [connection] [--provider NAME] [--last N]: unattended calls of the last 24 hours that count, the most used first, a hundred unless told; what they may reach, and what may not be asked before when
select c.provider, c.id as connection, coalesce(used.endpoint, b.endpoint) as endpoint, coalesce(used.account, b.account) as account,
  coalesce(used.calls, 0) as used, date_trunc('second', used.first + interval '24 hours') as next_is_free,
  date_trunc('second', b.until) as refused_until, b.reason
from (
  select l.connection_id, l.endpoint, l.account, count(*) as calls, min(l.called_at) as first
  from (
    select * from caravan.call where connection_id = case when :connection ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then :connection::uuid end
    union all select * from caravan.call where :connection is null) l
  where l.counted and l.called_at > caravan.now() - interval '24 hours'
  group by 1, 2, 3) used
full join (select * from caravan.call_ban where until > caravan.now()) b
  on b.connection_id = used.connection_id and b.endpoint = used.endpoint and b.account = used.account
join caravan.connection c on c.id = coalesce(used.connection_id, b.connection_id)
where (:connection is null or c.id::text = :connection) and (:provider is null or c.provider = :provider)
order by coalesce(used.calls, 0) desc, 1, 2, 3, 4 limit coalesce(:last, '100')::int
