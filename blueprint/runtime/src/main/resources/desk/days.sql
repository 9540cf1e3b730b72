-- days [--provider NAME] [--last N]: what each provider did and how it answered by day (UTC), the newest first; fourteen days unless told
with pulled as (
  select (r.started_at at time zone 'UTC')::date as day, c.provider, count(distinct r.pull_id) as pulls,
    count(distinct r.pull_id) filter (where r.outcome in ('failed', 'interrupted')) as failed_pulls, sum(r.calls) as calls, sum(r.seen) as seen,
    sum(r.inserted) as inserted, sum(r.changed) as changed, sum(r.removed) as removed, sum(r.rejected) as rejected
  from caravan.pull_run r join caravan.connection c on c.id = r.connection_id
  where r.started_at > caravan.now() - make_interval(days => coalesce(:last, '14')::int)
  group by 1, 2),
answered as (
  select * from ledger.provider_day
  where scope = '' and day > (caravan.now() at time zone 'UTC')::date - coalesce(:last, '14')::int)
select day, provider, coalesce(p.pulls, 0) as pulls, coalesce(p.failed_pulls, 0) as failed, coalesce(a.calls, p.calls) as calls,
  a.failed as failed_calls, a.throttled, a.refused, a.uptime, a.error_rate, a.average_millis, a.p95_millis, coalesce(p.seen, 0) as seen,
  coalesce(p.inserted, 0) as inserted, coalesce(p.changed, 0) as changed, coalesce(p.removed, 0) as removed, coalesce(p.rejected, 0) as rejected
from pulled p full join answered a using (day, provider)
where :provider is null or provider = :provider
order by day desc, provider
