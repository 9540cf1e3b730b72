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
  -- one plan serves all: the half that is not asked for is not run
  select * from (
    select * from caravan.connection where id = case when :connection ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then :connection::uuid end
    union all select * from caravan.connection where :connection is null) c
  where c.kind = 'data' and (:provider is null or c.provider = :provider)
    and (:after is null or (c.provider, c.user_ref, c.id) > (select a.provider, a.user_ref, a.id from caravan.connection a where a.id = :after::uuid))
  order by c.provider, c.user_ref, c.id limit coalesce(:last, '100')::int) c
join ledger.connection h on h.connection_id = c.id
left join caravan.provider p on p.name = c.provider
left join caravan.task t on t.connection_id = c.id and t.kind = 'pull'
order by c.provider, c.user_ref, c.id
