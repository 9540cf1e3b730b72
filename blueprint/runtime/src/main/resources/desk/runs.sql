-- runs [connection] [--provider NAME] [--outcome OUTCOME] [--after PULL] [--last N]: what pulls did, the newest first; twenty unless told
select r.pull_id as pull, c.provider, c.id as connection, r.kind, date_trunc('second', r.started_at) as started, r.outcome, r.calls,
  r.pages, r.seen, r.inserted, r.changed, r.removed, r.rejected, r.message
from caravan.pull_run r join caravan.connection c on c.id = r.connection_id
where (:connection is null or c.id::text = :connection) and (:provider is null or c.provider = :provider)
  and r.connection_id >= coalesce(case when :connection ~ '^[0-9a-fA-F-]{36}$' then :connection end, '00000000-0000-0000-0000-000000000000')::uuid
  and r.connection_id <= coalesce(case when :connection ~ '^[0-9a-fA-F-]{36}$' then :connection end, 'ffffffff-ffff-ffff-ffff-ffffffffffff')::uuid
  and (:outcome is null or r.outcome = :outcome) and r.pull_id < coalesce(:after::bigint, 9223372036854775807)
order by r.pull_id desc, r.started_at desc, r.kind limit coalesce(:last, '20')::int
