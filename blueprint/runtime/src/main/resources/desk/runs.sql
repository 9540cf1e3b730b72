-- runs [connection] [--provider NAME] [--outcome OUTCOME] [--after PULL] [--last N]: what pulls did, the newest first; twenty unless told
select r.pull_id as pull, c.provider, c.id as connection, r.kind, date_trunc('second', r.started_at) as started, r.outcome, r.calls,
  r.pages, r.seen, r.inserted, r.changed, r.removed, r.rejected, r.message
from (
  select * from caravan.pull_run where connection_id = case when :connection ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then :connection::uuid end
  union all select * from caravan.pull_run where :connection is null) r
join caravan.connection c on c.id = r.connection_id
where (:provider is null or c.provider = :provider) and (:outcome is null or r.outcome = :outcome)
  and r.pull_id < coalesce(:after::bigint, 9223372036854775807)
order by r.pull_id desc, r.kind desc limit coalesce(:last, '20')::int
