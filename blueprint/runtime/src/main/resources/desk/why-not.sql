-- why-not <account> <date>: why an account has no transaction of a day, the one cause
with asked as (
  select a.id as account, :date::date as day, c.*, t.due_at, o.cause as obstacle, o.detail as obstacle_detail,
    run.outcome as run_outcome, run.message as run_message,
    (select count(*) from caravan.transaction x where x.account_id = a.id and x.booking_date = :date::date and x.removed_at is null) as here,
    (select count(*) from caravan.transaction x where x.account_id = a.id and x.booking_date = :date::date and x.removed_at is not null) as gone,
    (select max(r.last_seen_at) from caravan.rejected_record r where r.account_id = a.id and position(:date in r.payload) > 0) as rejected_at,
    (select min(x.oldest_covered) from caravan.cursor x where x.account_id = a.id and x.kind = 'transactions') as oldest,
    coalesce((select max(x.complete_at) from caravan.cursor x where x.account_id = a.id and x.kind = 'transactions'),
      (select max(w.drained_at) from caravan.walk w where w.connection_id = c.id and w.kind like '%transaction%'
        and w.account in (a.provider_account_id, '-'))) as complete_at
  from caravan.account a join caravan.connection c on c.id = a.connection_id
  left join caravan.task t on t.connection_id = c.id and t.kind = 'pull'
  left join lateral (
    select o.* from caravan.obstacle o where o.connection_id = c.id and (o.account_id is null or o.account_id = a.id)
      and (o.account is null or o.account = a.provider_account_id) and (o.endpoint is null or o.endpoint like '%transactions%')
    order by o.rank, o.until desc nulls first limit 1) o on true
  left join lateral (
    select r.outcome, r.message from caravan.pull_run r where r.connection_id = c.id and r.kind like '%transaction%' and r.ended_at is not null
    order by r.pull_id desc limit 1) run on true
  where a.id = :account::bigint)
select account, day, provider, id as connection, case
  when here > 0 then 'it has ' || here || ' of that day'
    || case when rejected_at is not null then '; the store refused another that names the day: see rejects' else '' end
  when rejected_at is not null then 'the store refused a record that names the day: see rejects'
  when gone > 0 then 'the provider no longer tells of ' || gone || ' that it had: see ledger.transaction where removed_at is not null'
  when complete_at is not null and oldest > day then 'the day is before the window: no day before ' || oldest
    || ' is asked for, which is window.reach or as far back as the provider goes'
  when complete_at::date > day then 'the provider told of none: the day was fetched whole on ' || date_trunc('second', complete_at)
  when obstacle is not null then obstacle_detail || case obstacle when 'paused' then '; see resume' else '' end
  when day > caravan.now()::date then 'the day is to come'
  when run_outcome in ('failed', 'partial') then 'the last pull of transactions was ' || run_outcome || coalesce(': ' || run_message, '')
  when last_fault is not null then 'the last pull failed: ' || last_fault
  when complete_at is not null then 'none was told so far: last read on ' || date_trunc('second', complete_at) || ', next at '
    || coalesce(date_trunc('second', due_at)::text, 'no time')
  else 'not pulled yet; next at ' || coalesce(date_trunc('second', due_at)::text, 'no time') end as cause
from asked
