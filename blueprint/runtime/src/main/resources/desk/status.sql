-- status [connection] [--provider NAME]: what runs, what is due next, how the last pull went, how old the data is and what is paused
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
from caravan.connection c join ledger.connection h on h.connection_id = c.id
left join caravan.provider p on p.name = c.provider
left join caravan.task t on t.connection_id = c.id and t.kind = 'pull'
where (:connection is null or c.id::text = :connection) and (:provider is null or c.provider = :provider)
order by c.provider, c.user_ref, c.created_at
