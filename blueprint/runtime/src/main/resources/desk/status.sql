-- status [connection] [--provider NAME]: what runs, what is due next, how the last pull went and how old the data is
select c.id as connection, c.provider, c.user_ref as user, c.state,
  case when c.lease_until > caravan.now() then coalesce(
    (select string_agg(r.kind, ' ') from caravan.pull_run r where r.connection_id = c.id and r.outcome = 'running'), 'yes') end as runs,
  date_trunc('second', t.due_at) as next_due,
  (select string_agg(distinct r.outcome, ' ') from caravan.pull_run r where r.connection_id = c.id and r.pull_id =
    (select max(l.pull_id) from caravan.pull_run l where l.connection_id = c.id)) as last_pull,
  date_trunc('second', c.last_ok_at) as last_ok, date_trunc('second', caravan.now() - c.last_ok_at) as lag, c.last_fault
from caravan.connection c left join caravan.task t on t.connection_id = c.id and t.kind = 'pull'
where (:connection is null or c.id::text = :connection) and (:provider is null or c.provider = :provider)
order by c.provider, c.user_ref, c.created_at
