-- status [connection] [--provider NAME] [--after CONNECTION] [--last N]: what runs, what is due next, how the last pull went, how old the data is and what is paused; a hundred unless told
select c.id as connection, c.provider, c.user_ref as user, c.state,
  case when c.lease_until > caravan.now() then coalesce(
    (select string_agg(r.kind, ' ') from caravan.pull_run r where r.connection_id = c.id and r.outcome = 'running'), 'yes') end as runs,
  date_trunc('second', t.due_at) as next_due,
  (select string_agg(distinct r.outcome, ' ') from caravan.pull_run r where r.connection_id = c.id and r.pull_id =
    (select max(l.pull_id) from caravan.pull_run l where l.connection_id = c.id)) as last_pull,
  date_trunc('second', c.last_ok_at) as last_ok, date_trunc('second', caravan.now() - c.last_ok_at) as lag,
  case when h.held_at is not null then concat_ws(' ', 'by', h.held_by, 'since', date_trunc('second', h.held_at),
      'until ' || date_trunc('second', h.held_until)) || coalesce(': ' || h.held_why, '')
    when p.stopped_at is not null then 'its provider is stopped: ' || p.stop_reason
    when c.paused_until > caravan.now() then 'rests until ' || date_trunc('second', c.paused_until) end as paused,
  c.last_fault
from (
  select * from caravan.connection c
  where c.kind = 'data' and (:connection is null or c.id::text = :connection) and (:provider is null or c.provider = :provider)
    -- one plan serves all: as a range the one connection is found by its key
    and c.id >= coalesce(case when :connection ~ '^[0-9a-fA-F-]{36}$' then :connection end, '00000000-0000-0000-0000-000000000000')::uuid
    and c.id <= coalesce(case when :connection ~ '^[0-9a-fA-F-]{36}$' then :connection end, 'ffffffff-ffff-ffff-ffff-ffffffffffff')::uuid
    and (:after is null or (c.provider, c.user_ref, c.id) > (select a.provider, a.user_ref, a.id from caravan.connection a where a.id = :after::uuid))
  order by c.provider, c.user_ref, c.id limit coalesce(:last, '100')::int) c
join ledger.connection h on h.connection_id = c.id
left join caravan.provider p on p.name = c.provider
left join caravan.task t on t.connection_id = c.id and t.kind = 'pull'
order by c.provider, c.user_ref, c.id
