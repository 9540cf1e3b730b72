-- results [connection] [--provider NAME] [--state STATE] [--last N]: reads in the background, the newest first: asked, told, fetched
select d.id, d.provider, d.connection_id as connection, d.endpoint, nullif(d.account, '-') as provider_account, d.state,
  date_trunc('second', d.asked_at) as asked, date_trunc('second', d.told_at) as told, d.attempts,
  date_trunc('second', d.next_poll_at) as next, date_trunc('second', d.done_at) as done, d.last_fault
from caravan.deferred_result d
where (:connection is null or d.connection_id::text = :connection) and (:provider is null or d.provider = :provider)
  and (:state is null or d.state = :state)
order by d.id desc limit coalesce(:last, '20')::int
