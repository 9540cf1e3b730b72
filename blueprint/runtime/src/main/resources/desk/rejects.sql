-- rejects [id] [--provider NAME] [--kind KIND] [--connection ID] [--after ID] [--last N] [--settled] [--replay]: records that the store refused, the newest first; with an id the whole of one, with --settled those that a replay settled, with --replay the one, or all of a provider and kind, go through the mapping of today
select r.id, r.provider, r.connection_id as connection, r.kind, r.times, date_trunc('second', r.last_seen_at) as last_seen, r.page,
  r.position, r.replays, date_trunc('second', r.settled_at) as settled, r.settled_how as how, r.reason,
  case when :id is not null then r.payload end as payload
from caravan.rejected_record r
where (:id is null or r.id = :id::bigint) and (:provider is null or r.provider = :provider) and (:kind is null or r.kind = :kind)
  and (:id is not null or (r.settled_at is not null) = (:settled is not null))
  and (:connection is null or r.connection_id::text = :connection)
  and (:after is null or (r.last_seen_at, r.id) < (select a.last_seen_at, a.id from caravan.rejected_record a where a.id = :after::bigint))
order by r.last_seen_at desc, r.id desc limit coalesce(:last, '20')::int
