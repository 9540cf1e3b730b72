-- days [--provider NAME] [--last N]: what each provider did by day, the newest first; fourteen days unless told
select r.started_at::date as day, c.provider, count(distinct r.pull_id) as pulls,
  count(distinct r.pull_id) filter (where r.outcome in ('failed', 'interrupted')) as failed, sum(r.calls) as calls, sum(r.seen) as seen,
  sum(r.inserted) as inserted, sum(r.changed) as changed, sum(r.removed) as removed, sum(r.rejected) as rejected
from caravan.pull_run r join caravan.connection c on c.id = r.connection_id
where r.started_at > caravan.now() - make_interval(days => coalesce(:last, '14')::int) and (:provider is null or c.provider = :provider)
group by 1, 2 order by 1 desc, 2
