-- inbox [id] [--provider NAME] [--state STATE] [--after ID] [--last N] [--replay]: webhook events, the newest first; with --replay the one, or all of a state, are worked on anew
select e.id, e.provider, e.connection_id as connection, e.type, e.entity, e.state, e.attempts, date_trunc('second', e.received_at) as received,
  date_trunc('second', case when e.state in ('new', 'waiting') then e.next_at end) as next, e.last_fault
from caravan.inbox e
where (:id is null or e.id = :id::bigint) and (:provider is null or e.provider = :provider) and (:state is null or e.state = :state)
  and e.id < coalesce(:after::bigint, 9223372036854775807)
order by e.id desc limit coalesce(:last, '20')::int
