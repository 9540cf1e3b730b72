-- How fresh each kind of record is, and the one cause where it is not.

create table caravan.reading (
  connection_id uuid not null references caravan.connection,
  account_id bigint references caravan.account,
  kind text not null,
  part text not null default '',
  resource text not null,
  run_kind text not null,
  of_accounts boolean not null,
  schedule text,
  every interval,
  complete_at timestamptz,
  as_of timestamptz,
  pull_id bigint,
  fault text,
  fault_at timestamptz,
  constraint reading_is_kept_once unique nulls not distinct (connection_id, account_id, kind, part),
  constraint reading_that_is_complete_is_as_of_an_instant check ((complete_at is null) = (as_of is null)),
  constraint reading_that_failed_says_when check ((fault is null) = (fault_at is null))
) with (fillfactor = 80);
comment on table caravan.reading is 'When each kind of each account was last told whole, written in the transaction of the page that told it; and why the last attempt since then did not. No index has a column that moves, so that a write is a short one in place.';
comment on column caravan.reading.account_id is 'The account; null where an answer is about the whole connection.';
comment on column caravan.reading.kind is 'The kind of record, as the table of it; where the store never saw one, the word of the pull.';
comment on column caravan.reading.part is 'Which part of the kind, where parts are asked for apart; empty otherwise.';
comment on column caravan.reading.resource is 'The endpoint, and the kind where one endpoint answers for several.';
comment on column caravan.reading.run_kind is 'What pull_run and rejected_record call it.';
comment on column caravan.reading.of_accounts is 'Whether records of this kind belong to accounts, even where one answer tells those of all.';
comment on column caravan.reading.schedule is 'The schedule that it was pulled by, a key of task.kinds.';
comment on column caravan.reading.every is 'When that schedule promises the next one at the latest, counted from this one.';
comment on column caravan.reading.complete_at is 'When the last page of it was stored; null while it was never told whole.';
comment on column caravan.reading.as_of is 'When its first page was asked for: changes from then on may be missing.';
comment on column caravan.reading.fault is 'Why it was not told since; null where the last attempt was good.';
create index reading_by_account on caravan.reading (account_id) where account_id is not null;
create index reading_for_all_accounts on caravan.reading (connection_id) where account_id is null and of_accounts;

create table caravan.resource (
  provider text not null,
  resource text not null,
  kind text not null,
  part text not null,
  of_accounts boolean not null,
  primary key (provider, resource, kind, part)
);
comment on table caravan.resource is 'Which kinds an answer of a provider brings, learned from the first one that was stored: so an answer that fails is known by what it would have brought.';

-- what earlier versions knew; the rest comes with the next pull
insert into caravan.reading (connection_id, account_id, kind, resource, run_kind, of_accounts, complete_at, as_of)
select a.connection_id, a.id, 'transaction', '', 'transactions', true, known.at, known.at
from caravan.account a cross join lateral (
  select max(at) as at from (
    select c.complete_at as at from caravan.cursor c where c.account_id = a.id and c.kind = 'transactions'
    union all
    select w.drained_at from caravan.walk w where w.connection_id = a.connection_id and w.kind = 'transactions'
      and w.account = a.provider_account_id) told) known
where known.at is not null;

-- ---------------------------------------------------------------- what stands in the way

create view caravan.obstacle as
select c.id as connection_id, null::bigint as account_id, null::text as account, null::text as endpoint, o.rank, o.cause, o.detail, o.until
from caravan.connection c
left join caravan.provider p on p.name = c.provider
left join caravan.disconnection d on d.connection_id = c.id
left join lateral (
  select * from caravan.hold x where x.provider = c.provider and x.over_at is null
    and coalesce(x.connection_id, '00000000-0000-0000-0000-000000000000') in ('00000000-0000-0000-0000-000000000000', c.id)
    and coalesce(x.held_until > caravan.now(), true)
  order by x.connection_id nulls last limit 1) h on true
cross join lateral (values
  (10, d.connection_id is not null, 'disconnected', 'the connection was ended on ' || date_trunc('second', d.asked_at), null::timestamptz),
  (20, p.stopped_at is not null, 'provider_stopped', 'the provider is stopped: ' || p.stop_reason, null),
  (30, c.state in ('expired', 'reauth_required', 'revoked', 'declined') or c.state = 'abandoned' and c.first_complete_at is not null
      or c.state in ('active', 'expiring') and c.consent_expires_at <= caravan.now(),
    case when c.state in ('active', 'expiring') then 'consent_expired' when c.state = 'abandoned' then 'reauth_required'
      when c.state = 'reauth_required' then c.state else 'consent_' || c.state end,
    'the consent is ' || case when c.state in ('active', 'expiring') then 'expired' else c.state end
      || coalesce(' since ' || c.consent_expires_at::date, '') || ': the user has to connect again', null),
  (31, c.state in ('pending', 'authorised') or c.state = 'abandoned' and c.first_complete_at is null, 'never_connected',
    case c.state when 'abandoned' then 'the consent is abandoned: the user has to connect again' else 'the user has not connected yet' end, null),
  (50, h.id is not null, 'paused', concat_ws(' ', 'paused by', h.held_by, 'since', date_trunc('second', h.held_at),
    'until ' || date_trunc('second', h.held_until)) || coalesce(': ' || h.why, ''), h.held_until),
  (80, c.paused_until > caravan.now(), case when c.rested then 'provider_down' else 'throttled' end,
    'the connection rests until ' || date_trunc('second', c.paused_until) || coalesce(': ' || c.last_fault, ''), c.paused_until)
) o(rank, applies, cause, detail, until)
where c.kind = 'data' and o.applies
union all
select a.connection_id, a.id, a.provider_account_id, null, 40, 'account_gone',
  'the provider no longer tells of the account since ' || date_trunc('second', a.removed_at), null
from caravan.account a where a.removed_at is not null
union all
select c.id, null, null, b.endpoint, 60, 'not_offered', coalesce(c.institution, 'the institution') || ' does not offer '
    || substring(b.endpoint from '[^/#]+$') || ' here; asked again after ' || date_trunc('second', b.until), nullif(b.until, 'infinity')
from caravan.connection c
join caravan.absence b on b.provider = c.provider and b.institution = coalesce(c.institution, '') and b.until > caravan.now()
union all
select b.connection_id, null, nullif(b.account, '-'), b.endpoint, 70,
  case b.reason when 'CARAVAN-QUOTA' then 'budget_spent' when 'CARAVAN-LOGIN' then 'login_wanted'
    when 'CARAVAN-WITHHELD' then 'not_offered' else 'throttled' end,
  case b.reason when 'CARAVAN-QUOTA' then 'the budget of calls is spent until ' || date_trunc('second', b.until)
    when 'CARAVAN-LOGIN' then 'the provider wants a login of the user before it answers: the user has to connect again'
    else 'the provider refuses the call until ' || date_trunc('second', b.until) || ': ' || b.reason end,
  nullif(b.until, 'infinity')
from caravan.call_ban b where b.until > caravan.now();
comment on view caravan.obstacle is 'What keeps pulls away now, for a connection, an account or a call of one: the one of the lowest rank is the cause. The one home of this, for ledger.freshness and the desk.';
comment on column caravan.obstacle.account_id is 'Where it is about one account: which.';
comment on column caravan.obstacle.account is 'The same as budgets know it; null is whichever.';
comment on column caravan.obstacle.endpoint is 'Where it is about one call: which; null is all.';
comment on column caravan.obstacle.until is 'When it ends by itself; null where somebody has to do something.';

create function caravan.cause_of(fault text) returns text language sql immutable
return case split_part(fault, ' ', 1)
  when 'CARAVAN-PROVIDER' then 'provider_down' when 'CARAVAN-HANDSHAKE' then 'provider_down'
  when 'CARAVAN-THROTTLED' then 'throttled' when 'CARAVAN-LOCKED' then 'throttled'
  when 'CARAVAN-QUOTA' then 'budget_spent'
  when 'CARAVAN-ABSENT' then 'not_offered' when 'CARAVAN-WITHHELD' then 'not_offered'
  when 'CARAVAN-LOGIN' then 'login_wanted'
  when 'CARAVAN-DEFERRED' then 'result_awaited'
  when 'CARAVAN-CONSENT' then 'reauth_required' when 'CARAVAN-REVOKED' then 'reauth_required'
  else 'pull_failed' end;
comment on function caravan.cause_of(text) is 'The cause of ledger.freshness that a fault stands for, by its code.';

-- ---------------------------------------------------------------- the promise

create view ledger.freshness as
select c.provider, s.connection_id, s.account_id, s.kind, s.part, s.complete_at as last_complete_at, s.as_of, caravan.now() - s.as_of as age,
  s.every, f.fresh_until, f.is_fresh, w.cause, w.detail, w.until,
  case when t.due_at is not null then greatest(t.due_at, (t.kinds ->> s.schedule)::timestamptz) end as next_at
from (
  select r.connection_id, r.account_id, r.account_id as read_as, r.kind, r.part, r.resource, r.run_kind, r.schedule, r.every, r.complete_at, r.as_of, r.fault
  from caravan.reading r where r.account_id is not null or not r.of_accounts
  union all
  -- one answer tells it for all accounts
  select r.connection_id, a.id, null, r.kind, r.part, r.resource, r.run_kind, r.schedule, r.every, r.complete_at, r.as_of, r.fault
  from caravan.reading r join caravan.account a on a.connection_id = r.connection_id
  where r.account_id is null and r.of_accounts and not exists (
    select from caravan.reading own where own.account_id = a.id and own.kind = r.kind and own.part = r.part)
  union all
  -- an account of which nothing was told so far
  select a.connection_id, a.id, a.id, 'account', '', '', '', null, null, null, null, null
  from caravan.account a
  where not exists (select from caravan.reading own where own.account_id = a.id)
    and not exists (select from caravan.reading r where r.connection_id = a.connection_id and r.account_id is null and r.of_accounts)
  union all
  -- a connection of which nothing was told so far
  select n.id, null, null, 'connection', '', '', '', null, null, null, null, null
  from caravan.connection n where not exists (select from caravan.reading r where r.connection_id = n.id)) s
join caravan.connection c on c.id = s.connection_id and c.kind = 'data'
left join caravan.task t on t.connection_id = s.connection_id and t.kind = 'pull'
left join lateral (
  select count(*) as refused, max(x.last_seen_at) as last_at, max(x.reason) as reason from caravan.rejected_record x
  where x.connection_id = s.connection_id and coalesce(x.account_id, 0) = coalesce(s.read_as, 0) and x.kind = s.run_kind
    and x.settled_at is null) x on true
cross join lateral (
  select s.as_of + coalesce(s.every, interval '1 day') + greatest(coalesce(s.every, interval '1 day') / 4, interval '15 minutes') as fresh_until,
    coalesce(s.as_of + coalesce(s.every, interval '1 day') + greatest(coalesce(s.every, interval '1 day') / 4, interval '15 minutes')
      > caravan.now(), false) as in_time) n
cross join lateral (select n.fresh_until, n.in_time and x.refused = 0 as is_fresh) f
left join lateral (
  select y.cause, y.detail, y.until from (
    select 0 as rank, 'rejected_rows' as cause, x.refused || case x.refused when 1 then ' record was' else ' records were' end
      || ' refused, the last on ' || date_trunc('second', x.last_at) || ': ' || x.reason as detail, null::timestamptz as until
    where n.in_time
    union all
    select o.rank, o.cause, o.detail, o.until from caravan.obstacle o
    where o.connection_id = s.connection_id and (o.account_id is null or o.account_id = s.account_id)
      and (o.endpoint is null or o.endpoint = split_part(s.resource, '#', 1)
        and (o.account is null or o.account = (select a.provider_account_id from caravan.account a where a.id = s.read_as)))
    union all
    select 90, caravan.cause_of(e.fault), case when t.failures > 1 then 'the last ' || t.failures || ' pulls failed: '
      else 'the last pull failed: ' end || e.fault, null
    from (select case when t.failures > 0 then coalesce(c.last_fault, s.fault) else s.fault end as fault) e where e.fault is not null
    union all
    select 91, 'rejected_rows', x.refused || case x.refused when 1 then ' record was' else ' records were' end
      || ' refused, the last on ' || date_trunc('second', x.last_at) || ': ' || x.reason, null
    where x.refused > 0
    union all
    select 92, 'never_pulled', 'nothing was told of it yet', null where s.complete_at is null
    union all
    select 93, 'not_planned', 'no schedule asks for it any more', null
    where t.due_at is null or t.kinds <> '{}' and s.schedule is not null and not t.kinds ? s.schedule
    union all
    select 94, 'overdue', case
      when c.lease_until > caravan.now() then 'a pull is under way'
      when t.due_at <= caravan.now() then 'it is due since ' || date_trunc('second', t.due_at) || ' and nobody pulls it: no node runs, or none has its provider'
      else 'the last pulls left it out' end, null) y
  where not f.is_fresh order by y.rank limit 1) w on true;
comment on view ledger.freshness is 'How fresh each kind of each account is, and the one cause where it is not: a row for each account and kind, or part of a kind, and one with account_id null for each kind that a connection tells beside accounts. A connection that told nothing yet has one row, of kind connection.';
comment on column ledger.freshness.provider is 'Name of the provider.';
comment on column ledger.freshness.connection_id is 'The connection.';
comment on column ledger.freshness.account_id is 'The account, key of ledger.account; null where the kind has none.';
comment on column ledger.freshness.kind is 'The kind of record, as its view is named: balance is ledger.balance. connection and account stand for all of one that told nothing yet.';
comment on column ledger.freshness.part is 'Which part of the kind, where parts are told apart: pending (transactions), card (accounts), person; empty is the rest. A kind is fresh where all of its parts are.';
comment on column ledger.freshness.last_complete_at is 'When the last pull that was told all of it had stored it; null is never.';
comment on column ledger.freshness.as_of is 'Up to which instant the store has what the provider knew: when that pull asked, not when it ended.';
comment on column ledger.freshness.age is 'How long ago that is, at the time of reading.';
comment on column ledger.freshness.every is 'How far apart two pulls of it are at the most, by its schedule at the last one.';
comment on column ledger.freshness.fresh_until is 'as_of, every and a quarter of every (15 minutes at least) together: it is not fresh after that.';
comment on column ledger.freshness.is_fresh is 'Whether that is still to come and no record of it is refused.';
comment on column ledger.freshness.cause is 'Why it is not fresh, null where it is. One of: disconnected, provider_stopped, consent_expired, consent_revoked, consent_declined, reauth_required, never_connected, account_gone, paused, not_offered, budget_spent, login_wanted, throttled, provider_down, result_awaited, pull_failed, rejected_rows, never_pulled, not_planned, overdue.';
comment on column ledger.freshness.detail is 'The cause in a sentence, for people.';
comment on column ledger.freshness.until is 'When the cause ends by itself; null where nobody knows, or somebody has to do something.';
comment on column ledger.freshness.next_at is 'When it is pulled next by plan; null where nothing is planned.';
