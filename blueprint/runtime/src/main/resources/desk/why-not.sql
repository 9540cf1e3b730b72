-- why-not <account> <date>: why an account has no transaction of a day, the one cause
with asked as (
  select a.id as account, :date::date as day, c.*, a.provider_account_id, a.removed_at as account_removed_at,
    p.stopped_at, p.stop_reason, t.due_at, held.held_at, held.held_by, held.held_why, held.held_until, ban.until as banned_until, ban.reason as ban_reason, absent.until as absent_until,
    run.outcome as run_outcome, run.message as run_message,
    (select count(*) from caravan.transaction x where x.account_id = a.id and x.booking_date = :date::date and x.removed_at is null) as here,
    (select count(*) from caravan.transaction x where x.account_id = a.id and x.booking_date = :date::date and x.removed_at is not null) as gone,
    (select max(r.last_seen_at) from caravan.rejected_record r where r.account_id = a.id and position(:date in r.payload) > 0) as rejected_at,
    (select min(x.oldest_covered) from caravan.cursor x where x.account_id = a.id and x.kind = 'transactions') as oldest,
    coalesce((select max(x.complete_at) from caravan.cursor x where x.account_id = a.id and x.kind = 'transactions'),
      (select max(w.drained_at) from caravan.walk w where w.connection_id = c.id and w.kind like '%transaction%'
        and w.account in (a.provider_account_id, '-'))) as complete_at
  from caravan.account a join caravan.connection c on c.id = a.connection_id
  left join caravan.provider p on p.name = c.provider
  left join caravan.task t on t.connection_id = c.id and t.kind = 'pull'
  left join ledger.connection held on held.connection_id = c.id
  left join lateral (
    select b.until, b.reason from caravan.call_ban b where b.connection_id = c.id and b.account in (a.provider_account_id, '-')
      and b.endpoint like '%transactions%' and b.until > caravan.now() order by b.until desc limit 1) ban on true
  left join lateral (
    select b.until from caravan.absence b where b.provider = c.provider and b.institution = coalesce(c.institution, '')
      and b.endpoint like '%transactions%' and b.until > caravan.now() order by b.until desc limit 1) absent on true
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
  when stopped_at is not null then 'the provider is stopped: ' || stop_reason
  when state in ('expired', 'reauth_required', 'revoked', 'declined', 'abandoned') then 'the consent is ' || state
    || coalesce(' since ' || consent_expires_at::date, '') || ': the user has to connect again'
  when state in ('pending', 'authorised') then 'the user has not connected yet'
  when account_removed_at is not null then 'the provider no longer tells of the account since ' || date_trunc('second', account_removed_at)
  when held_at is not null then concat_ws(' ', 'paused by', held_by, 'since', date_trunc('second', held_at),
    'until ' || date_trunc('second', held_until)) || coalesce(': ' || held_why, '') || '; see resume'
  when absent_until is not null then institution || ' does not offer transactions here; asked again after ' || date_trunc('second', absent_until)
  when ban_reason = 'CARAVAN-QUOTA' then 'the budget of calls is spent until ' || date_trunc('second', banned_until)
  when ban_reason = 'CARAVAN-LOGIN' then 'the provider wants a login of the user before it answers: the user has to connect again'
  when banned_until is not null then 'the provider refuses the call until ' || date_trunc('second', banned_until) || ': ' || ban_reason
  when paused_until > caravan.now() then 'the connection rests until ' || date_trunc('second', paused_until) || coalesce(': ' || last_fault, '')
  when day > caravan.now()::date then 'the day is to come'
  when run_outcome in ('failed', 'partial') then 'the last pull of transactions was ' || run_outcome || coalesce(': ' || run_message, '')
  when last_fault is not null then 'the last pull failed: ' || last_fault
  when complete_at is not null then 'none was told so far: last read on ' || date_trunc('second', complete_at) || ', next at '
    || coalesce(date_trunc('second', due_at)::text, 'no time')
  else 'not pulled yet; next at ' || coalesce(date_trunc('second', due_at)::text, 'no time') end as cause
from asked
