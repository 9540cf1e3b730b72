-- running [--provider NAME]: what is being pulled right now
select c.id as connection, c.provider, c.user_ref as user, r.kind, date_trunc('second', r.started_at) as started, r.calls, r.pages, r.seen,
  c.lease_owner as node
from caravan.connection c left join caravan.pull_run r on r.connection_id = c.id and r.outcome = 'running'
where c.lease_owner is not null and c.lease_until > caravan.now() and (:provider is null or c.provider = :provider)
order by r.started_at, c.provider, c.user_ref, r.kind limit 100
