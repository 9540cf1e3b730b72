-- Completeness: which days were really fetched, and whether the balances that a provider tells agree with the rows that it tells.
--
-- The rule of ledger.balance_proof. A balance is known at a moment, and from two things only:
--   told      the provider stated it as of an instant, booked (not available or expected), in the account's currency. It counts
--             where it is certain which rows lie before that instant: no row of that day, or all of them with an instant of
--             their own that is ten minutes or more away. A row at midnight or on a full hour has no instant of its own.
--   running   the rows of a day carry balances that follow each other: one of them starts where none of them ended, one ends
--             where none of them starts. No order inside the day is guessed. They count for an account only where at least
--             three of four of its rows follow each other, for some banks' running balances are none; on cards never.
-- Between two neighbouring known balances what was booked must be their difference. Such a stretch is judged once every day that
-- it touches, the days of both balances too, was fetched after it was over. A day is proven where every stretch that touches it
-- adds up and one of them begins on an earlier day and one ends on a later one, so never by its own rows alone. It is broken
-- where one of them does not add up. Pending rows and tombstones count for nothing. Whatever is not certain is not_provable.

-- ---------------------------------------------------------------- which days were fetched

create table caravan.coverage (
  connection_id uuid not null references caravan.connection,
  account_id bigint not null default 0,
  about text not null default '',
  kind text not null,
  month date not null,
  zone text not null,
  fetched_at timestamptz[] not null,
  pull_id bigint[] not null,
  rejected int[] not null,
  primary key (connection_id, account_id, about, kind, month)
) with (fillfactor = 70);
comment on table caravan.coverage is 'Which days were fetched and when, a row a month: years of daily pulls stay twelve rows a year, exact for each day. Written by the walk that asked for the days, in the transaction of its last rows.';
comment on column caravan.coverage.account_id is 'The account; 0 where the walk was through several of them.';
comment on column caravan.coverage.about is 'What such a walk was about, a provider_organization_id; empty where it was one account.';
comment on column caravan.coverage.kind is 'The kind of record, as in pull_run.';
comment on column caravan.coverage.month is 'The first day of the month.';
comment on column caravan.coverage.zone is 'The calendar of the days.';
comment on column caravan.coverage.fetched_at is 'By day of the month: the instant up to which its rows were asked for last, which is when that walk began; null is never.';
comment on column caravan.coverage.pull_id is 'By day of the month: the pull that did.';
comment on column caravan.coverage.rejected is 'By day of the month: how many records that walk met and the store refused.';

create function caravan.cover(of_connection uuid, of_account bigint, of_about text, of_kind text, of_zone text, first date, last date,
  at timestamptz, pull bigint, refused int) returns void language sql
begin atomic
  insert into caravan.coverage as c (connection_id, account_id, about, kind, month, zone, fetched_at, pull_id, rejected)
  select of_connection, of_account, of_about, of_kind, m::date, of_zone,
    array_agg(case when d between first and last then at end order by d),
    array_agg(case when d between first and last then pull end order by d),
    array_agg(case when d between first and last then refused end order by d)
  from generate_series(date_trunc('month', first::timestamp), last::timestamp, interval '1 month') m
  cross join lateral (select g::date as d from generate_series(m, m + interval '1 month - 1 day', interval '1 day') g) days
  where first <= last
  group by m order by m
  on conflict (connection_id, account_id, about, kind, month) do update set zone = excluded.zone,
    fetched_at = array(select coalesce(u.n, u.o) from unnest(excluded.fetched_at, c.fetched_at) with ordinality u(n, o, i) order by i),
    pull_id = array(select coalesce(u.n, u.o) from unnest(excluded.pull_id, c.pull_id) with ordinality u(n, o, i) order by i),
    rejected = array(select coalesce(u.n, u.o) from unnest(excluded.rejected, c.rejected) with ordinality u(n, o, i) order by i);
end;
comment on function caravan.cover is 'Days of an account, or of all that a walk was about, were fetched.';

create function caravan.coverage_of(of_account bigint)
returns table (kind text, day date, fetched_at timestamptz, pull_id bigint, rejected int, zone text) language sql stable rows 500
begin atomic
  select v.kind, (v.month + (u.i - 1)::int)::date, u.at, u.pull, u.refused, v.zone
  from caravan.account a
  cross join lateral (
    select * from caravan.coverage o where o.connection_id = a.connection_id and o.account_id = a.id and o.about = ''
    union all
    select * from caravan.coverage o where o.connection_id = a.connection_id and o.account_id = 0 and o.about = a.provider_organization_id) v
  cross join lateral unnest(v.fetched_at, v.pull_id, v.rejected) with ordinality u(at, pull, refused, i)
  where a.id = of_account and u.at is not null;
end;
comment on function caravan.coverage_of is 'The days of an account that were fetched, by kind.';

create view ledger.coverage as
select c.provider, a.connection_id, a.id as account_id, r.kind, r.from_day, r.to_day, r.fetched_at, r.pull_id, r.rejected,
  r.rejected = 0 as whole
from caravan.account a
join caravan.connection c on c.id = a.connection_id
cross join lateral (
  select kind, min(day) as from_day, max(day) as to_day, fetched_at, pull_id, rejected
  from (
    select d.kind, (d.month + (d.i - 1)::int)::date as day, d.fetched_at, d.pull_id, d.rejected,
      (d.month + (d.i - 1)::int)::date
        - row_number() over (partition by d.kind, d.fetched_at, d.pull_id, d.rejected order by d.month, d.i)::int as island
    from (
      select v.kind, v.month, u.* from (
        select * from caravan.coverage o where o.connection_id = a.connection_id and o.account_id = a.id and o.about = ''
        union all
        select * from caravan.coverage o where o.connection_id = a.connection_id and o.account_id = 0 and o.about = a.provider_organization_id) v
      cross join lateral unnest(v.fetched_at, v.pull_id, v.rejected) with ordinality u(fetched_at, pull_id, rejected, i)
      where u.fetched_at is not null) d) days
  group by kind, fetched_at, pull_id, rejected, island) r
where c.kind = 'data';
comment on view ledger.coverage is 'Which days of an account''s transactions were really fetched, as ranges of days that one pull fetched last. A day is in one range of each kind; join by day between from_day and to_day. What is in no range was never fetched.';
comment on column ledger.coverage.provider is 'Name of the provider.';
comment on column ledger.coverage.connection_id is 'The connection.';
comment on column ledger.coverage.account_id is 'The account, key of ledger.account.';
comment on column ledger.coverage.kind is 'The kind of record, as in ledger.pull_run. Where a provider tells transactions in several kinds a day is fetched when it is there for all of them.';
comment on column ledger.coverage.from_day is 'The first day of the range.';
comment on column ledger.coverage.to_day is 'The last day of the range; the day of fetched_at itself was not over then.';
comment on column ledger.coverage.fetched_at is 'When the walk began that fetched these days last: what the provider booked later is not in it.';
comment on column ledger.coverage.pull_id is 'The pull that did, in ledger.pull_run.';
comment on column ledger.coverage.rejected is 'How many records that walk met and the store refused, on whatever day they lie; see ledger.rejected_record.';
comment on column ledger.coverage.whole is 'Whether it refused none.';

-- ---------------------------------------------------------------- days that are read again

create table caravan.recheck (
  account_id bigint not null references caravan.account,
  day date not null,
  connection_id uuid not null references caravan.connection,
  found_at timestamptz not null default caravan.now(),
  times int not null default 0,
  rechecked_at timestamptz,
  next_at timestamptz,
  mended_at timestamptz,
  primary key (account_id, day)
);
comment on table caravan.recheck is 'Days that were found broken and how often they were read again.';
comment on column caravan.recheck.times is 'How often it was read again for that.';
comment on column caravan.recheck.next_at is 'From when on the next pull takes it into its window; null when it was the last time, or until the account is looked at again.';
comment on column caravan.recheck.mended_at is 'Since when it was found broken no more.';
create index recheck_broken on caravan.recheck (connection_id) where mended_at is null;

create table caravan.proof_look (
  connection_id uuid not null references caravan.connection,
  account_id bigint not null,
  about text not null,
  looked_at timestamptz not null,
  primary key (connection_id, account_id, about)
);
comment on table caravan.proof_look is 'When the accounts of a walk were last looked through for broken days; account_id and about as in coverage.';

-- ---------------------------------------------------------------- the proof

create index transaction_booked on caravan.transaction (account_id, booking_date) include (amount, currency, running_balance, booked_at)
  where status = 'booked' and removed_at is null;

create function caravan.proof(of_account bigint, since date)
returns table (day date, currency text, opening numeric, booked numeric, closing numeric, difference numeric, movements bigint,
  state text, reason text, opening_from date, opening_by text, closing_from date, closing_by text, fetched_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
-- nobody knows how many rows a step gives: a plan that guesses few would go through them again and again. The plan is made once a session.
set enable_nestloop = off set jit = off set plan_cache_mode = force_generic_plan set work_mem = '64MB' cost 5000 rows 400 as $$
#variable_conflict use_column
begin
return query with account as materialized (
  select a.id, a.currency, a.family = 'card' as card from caravan.account a where a.id = of_account),
fetched as materialized (select * from caravan.coverage_of(of_account) f where f.day >= since),
calendar as materialized (
  select z.zone, (caravan.now() at time zone z.zone)::date as today, z.kinds
  from (select coalesce(min(f.zone), 'UTC') as zone, count(distinct f.kind) as kinds from fetched f) z),
-- a day is fetched when it was for every kind that its transactions come in
covered as materialized (
  select f.day, min(f.fetched_at) as fetched_at, sum(f.rejected) as rejected from fetched f, calendar
  group by f.day, kinds having count(*) = kinds),
movement as materialized (
  select t.booking_date as day, t.booked_at as at, t.amount, t.running_balance, t.currency <> (select a.currency from account a) as is_foreign,
    coalesce(date_trunc('hour', t.booked_at) <> t.booked_at, false) as is_timed
  from caravan.transaction t
  where t.account_id = of_account and t.status = 'booked' and t.removed_at is null and t.booking_date >= since
    -- a row dated far ahead is no reason to go through all the days until then
    and t.booking_date < (caravan.now() + interval '31 days')::date),
undated as materialized (
  select exists (select from caravan.transaction t where t.account_id = of_account and t.status = 'booked' and t.removed_at is null
    and t.booking_date is null) as any_is),
booked as materialized (
  select m.day, sum(m.amount) as amount, count(*) as movements, bool_or(m.is_foreign) as is_foreign, bool_and(m.is_timed) as is_timed,
    bool_and(m.running_balance is not null) and not bool_or(m.is_foreign) as is_running
  from movement m group by m.day),
-- a row leads from one balance to the next; what is left of a day is where it starts and where it ends
link as materialized (
  select m.day, e.balance, sum(e.way) as net
  from movement m cross join lateral (values (m.running_balance - m.amount, 1), (m.running_balance, -1)) e(balance, way)
  where m.running_balance is not null and not m.is_foreign
  group by m.day, e.balance having sum(e.way) <> 0),
believed as materialized (
  select not a.card and t.many >= 4 and p.paths - 1 <= t.many / 4 as is_so
  from account a, (select count(*) as many from movement m where m.running_balance is not null and not m.is_foreign) t,
    (select coalesce(sum(abs(x.net)), 0) / 2 as paths from (select sum(l.net) as net from link l group by l.balance) x) p),
ends as materialized (
  select b.day, e.starts, e.stops, e.many
  from booked b left join (
    select l.day, array_agg(l.balance) filter (where l.net > 0) as starts, array_agg(l.balance) filter (where l.net < 0) as stops,
      sum(l.net) filter (where l.net > 0) as many
    from link l group by l.day) e on e.day = b.day and b.is_running and (select is_so from believed)),
beside as (
  select day, starts, stops, many, lag(stops) over (order by day) as before, lead(starts) over (order by day) as after from ends),
running as materialized (
  select day, case when cardinality(met) = 1 then met[1] when many = 1 then starts[1] end as opening,
    case when cardinality(left_at) = 1 then left_at[1] when many = 1 then stops[1] end as closing
  from beside cross join lateral (
    select array(select unnest(starts) intersect select unnest(before)) as met,
      array(select unnest(stops) intersect select unnest(after)) as left_at) m
  where starts is not null),
stated as materialized (
  select b.as_of, b.current_amount as balance, (b.as_of at time zone c.zone)::date as day, (b.as_of at time zone 'UTC')::date as utc_day
  from caravan.balance b, account a, calendar c
  where b.account_id = of_account and b.removed_at is null and b.currency = a.currency and (b.as_of at time zone c.zone)::date >= since
    and coalesce(b.balance_type, 'booked') ilike '%booked'),
told as materialized (
  select s.as_of, s.balance, s.day, coalesce(sum(case
      when m.day = s.day and m.at <= s.as_of then m.amount
      when m.day < s.day and m.at > s.as_of then -m.amount
      when m.day > s.day and m.at <= s.as_of then m.amount end), 0) as already
  from (select s.*, s.day as on_day from stated s union all select s.*, s.utc_day from stated s where s.utc_day <> s.day) s
  left join movement m on m.day = s.on_day
  group by s.as_of, s.balance, s.day
  having coalesce(bool_and(m.is_timed and abs(extract(epoch from m.at - s.as_of)) >= 600), true)),
stream as (
  select day, 0 as slot, null::timestamptz as at, opening as balance, 0::numeric as amount, 0::numeric as already, 'running' as basis
  from running where opening is not null
  union all select day, 1, as_of, balance, 0, already, 'told' from told
  union all select day, 2, null, null, amount, 0, null from booked
  union all select day, 3, null, closing, 0, 0, 'running' from running where closing is not null),
summed as (
  select day, slot, at, balance, basis, already + sum(amount) over (order by day, slot, at rows unbounded preceding) as total from stream),
stretch as materialized (
  select row_number() over w as n, day as from_day, lead(day) over w as to_day, balance as opening, lead(balance) over w as closing,
    total as before, lead(total) over w as after, basis as opening_by, lead(basis) over w as closing_by
  from summed where balance is not null window w as (order by day, slot, at)),
touched as materialized (
  select s.n, s.from_day, s.to_day, s.opening, s.closing, s.before, s.after, s.opening_by, s.closing_by, d.day::date as day
  from stretch s cross join lateral generate_series(s.from_day::timestamp, s.to_day::timestamp, interval '1 day') d(day)
  where s.to_day is not null),
judged as (
  select t.n, case
      when bool_or(b.is_foreign) then 'foreign'
      when bool_or(f.fetched_at is null) then 'unfetched'
      when bool_or(f.fetched_at < (t.day + 1)::timestamp at time zone c.zone) then 'early'
      when min(t.closing - t.opening) = min(t.after - t.before) then 'even'
      when a.card then 'card' when u.any_is then 'undated'
      else 'broken' end as verdict, coalesce(max(f.rejected), 0) as rejected
  from touched t cross join calendar c cross join account a cross join undated u
  left join booked b on b.day = t.day left join covered f on f.day = t.day
  group by t.n, a.card, u.any_is),
weighed as (
  select t.day, array_agg(distinct j.verdict) as verdicts, max(j.rejected) as rejected,
    max(t.n) filter (where t.from_day < t.day) as first_n, max(t.n) filter (where t.to_day > t.day) as last_n
  from touched t join judged j using (n) group by t.day),
spine as (
  select day, amount, movements, sum(amount) over (order by day) as total
  from (select day, coalesce(b.amount, 0) as amount, coalesce(b.movements, 0) as movements
        from (select day from weighed union select day from booked) d left join booked b using (day)) s),
balanced as (
  select s.day, s.amount, s.movements, coalesce(w.verdicts, '{}') as verdicts, w.rejected,
    o.opening + (s.total - s.amount - o.before) as opening, o.from_day as opening_from, o.opening_by,
    l.closing - (l.after - s.total) as closing, l.to_day as closing_from, l.closing_by, f.fetched_at
  from spine s left join weighed w using (day) left join stretch o on o.n = w.first_n left join stretch l on l.n = w.last_n
  left join covered f on f.day = s.day),
named as (
  select b.*, case
      when b.day >= c.today then 'today'
      when 'broken' = any (verdicts) then 'broken'
      when 'foreign' = any (verdicts) or exists (select from booked x where x.day = b.day and x.is_foreign) then 'foreign'
      when 'unfetched' = any (verdicts) or b.fetched_at is null then 'unfetched'
      when 'card' = any (verdicts) then 'card'
      when 'undated' = any (verdicts) then 'undated'
      when not exists (select from stretch) then 'nothing'
      when opening is null then 'before'
      when 'early' = any (verdicts) then 'early'
      when closing is null then 'after'
      else 'proven' end as word
  from balanced b, calendar c)
select n.day, a.currency, n.opening, n.amount, n.closing, n.closing - n.opening - n.amount, n.movements,
  case when word = 'proven' then 'proven' when word = 'broken' then 'broken' when word in ('today', 'early', 'after') then 'open' else 'not_provable' end,
  case word
    when 'today' then 'the day is not over'
    when 'broken' then 'the balances known on ' || coalesce(n.opening_from, n.day) || ' and on ' || coalesce(n.closing_from, n.day)
      || ' and the rows between them do not agree' || case when n.rejected > 0 then '; records of that read were refused, see ledger.rejected_record' else '' end
    when 'foreign' then 'rows in another currency than the account''s'
    when 'unfetched' then 'not every day between the balances was fetched, see ledger.coverage'
    when 'card' then 'a card''s balance may count what is pending, so a difference says nothing'
    when 'undated' then 'a booked row of the account has no date and may belong here'
    when 'nothing' then case when a.card then 'no balance of this card is known for certain'
      else 'no balance is known for certain: none is told, or it is not certain which rows it counts' end
    when 'before' then 'no balance is known before this day'
    when 'early' then 'its rows were not fetched again since the day, or the day of the next known balance, was over'
    when 'after' then 'no balance is known after this day yet' end,
  n.opening_from, n.opening_by, n.closing_from, n.closing_by, n.fetched_at
from named n, account a;
end
$$;
comment on function caravan.proof is 'The proof of an account by day, from rows and balances since a day: the rule is at the top of its migration.';

create view ledger.balance_proof as
select c.provider, a.connection_id, a.id as account_id, p.day, p.currency, p.state, p.opening, p.booked, p.closing, p.difference, p.movements,
  p.reason, p.opening_from, p.opening_by, p.closing_from, p.closing_by, p.fetched_at,
  coalesce(r.times, 0) as rechecks, r.rechecked_at, case when p.state = 'broken' then r.next_at end as recheck_at
from caravan.account a
join caravan.connection c on c.id = a.connection_id
cross join lateral caravan.proof(a.id, '-infinity') p
left join caravan.recheck r on r.account_id = a.id and r.day = p.day
where c.kind = 'data';
comment on view ledger.balance_proof is 'Whether what was booked on a day is all of it: opening + booked = closing, by balances that the provider tells. A row for each day with a booked movement or between two known balances. Name the account: the proof is worked out when it is asked for.';
comment on column ledger.balance_proof.provider is 'Name of the provider.';
comment on column ledger.balance_proof.connection_id is 'The connection.';
comment on column ledger.balance_proof.account_id is 'The account, key of ledger.account.';
comment on column ledger.balance_proof.day is 'The booking date.';
comment on column ledger.balance_proof.currency is 'The account''s currency.';
comment on column ledger.balance_proof.state is 'proven, open (not over, not fetched since, or no later balance yet), broken (balances known, days fetched, sums differ) or not_provable; reason says why.';
comment on column ledger.balance_proof.opening is 'The last balance known before the day, carried to its start by what was booked since; null where none is known.';
comment on column ledger.balance_proof.booked is 'The sum of what was booked on the day; pending rows and tombstones do not count.';
comment on column ledger.balance_proof.closing is 'The first balance known after the day, carried back to its end by what was booked in between; null where none is known.';
comment on column ledger.balance_proof.difference is 'closing - opening - booked: what is missing (or, with the other sign, too much) between opening_from and closing_from. A break between two days shows on both.';
comment on column ledger.balance_proof.movements is 'How many booked rows the day has.';
comment on column ledger.balance_proof.reason is 'Why it is not proven, in words; null where it is.';
comment on column ledger.balance_proof.opening_from is 'The day on which the balance behind opening is known.';
comment on column ledger.balance_proof.opening_by is 'How: told (stated as of an instant) or running (balances on the rows of that day).';
comment on column ledger.balance_proof.closing_from is 'The day on which the balance behind closing is known.';
comment on column ledger.balance_proof.closing_by is 'How, as opening_by.';
comment on column ledger.balance_proof.fetched_at is 'When the day was fetched last, as in ledger.coverage; null is never.';
comment on column ledger.balance_proof.rechecks is 'How often the day was read again because it was broken.';
comment on column ledger.balance_proof.rechecked_at is 'When it was last.';
comment on column ledger.balance_proof.recheck_at is 'On a broken day: from when on a pull reads it again, within its budget; null when it was the last time, or until a pull has looked at it.';

create function caravan.broken_since(of_connection uuid, of_account bigint, of_about text, since date, reach date, pauses interval[])
returns date language plpgsql as $$
declare
  one bigint;
  oldest date;
begin
  for one in select a.id from caravan.account a where a.connection_id = of_connection
      and (a.id = of_account or of_account = 0 and a.provider_organization_id = of_about and a.removed_at is null) loop
    with proof as materialized (select p.day, p.state from caravan.proof(one, since) p where p.state = 'broken'),
    mended as (
      update caravan.recheck r set mended_at = caravan.now(), next_at = null
      where r.account_id = one and r.mended_at is null and r.day >= reach and not exists (select from proof p where p.day = r.day))
    insert into caravan.recheck as r (account_id, day, connection_id) select one, p.day, of_connection from proof p
    on conflict (account_id, day) do update set mended_at = null, found_at = caravan.now(), times = 0, rechecked_at = null
    where r.mended_at is not null;
  end loop;
  with due as (
    update caravan.recheck r set next_at = coalesce(r.rechecked_at, r.found_at) + pauses[r.times + 1]
    where r.connection_id = of_connection and r.mended_at is null and (r.account_id = of_account or of_account = 0 and exists (
      select from caravan.account a where a.id = r.account_id and a.provider_organization_id = of_about))
    returning r.day, r.next_at)
  select min(day) into oldest from due where next_at <= caravan.now() and day >= reach;
  return oldest;
end;
$$;
comment on function caravan.broken_since is 'Notes the broken days of a walk''s accounts and gives the oldest within reach that is due to be read again; null is none.';

create function caravan.reread(of_connection uuid, of_account bigint, of_about text, first date, last date) returns void language sql
begin atomic
  update caravan.recheck r set times = r.times + 1, rechecked_at = caravan.now(), next_at = null
  where r.connection_id = of_connection and r.mended_at is null and r.day between first and last and r.next_at <= caravan.now()
    and (r.account_id = of_account or of_account = 0 and exists (
      select from caravan.account a where a.id = r.account_id and a.provider_organization_id = of_about));
end;
comment on function caravan.reread is 'Days that were due to be read again have been.';

create function caravan.walked(of_connection uuid, of_account bigint, of_about text, of_kind text, of_zone text, first date, last date,
  at timestamptz, pull bigint) returns void language sql
begin atomic
  -- without a lower bound all was told: that is claimed for two years, and for as far back as there are rows, up to twenty
  select caravan.cover(of_connection, of_account, of_about, of_kind, of_zone,
    coalesce(first, least(last - 730, (select greatest(min(t.booking_date), last - 7305) from caravan.transaction t
      where t.account_id = of_account and t.status = 'booked' and t.removed_at is null))), last, at, pull,
    (select count(*)::int from caravan.rejected_record r where r.connection_id = of_connection and coalesce(r.account_id, 0) = of_account
      and r.kind = of_kind and r.settled_at is null and r.last_seen_at >= at));
  select caravan.reread(of_connection, of_account, of_about, coalesce(first, '-infinity'), last);
end;
comment on function caravan.walked is 'A walk has fetched these days; first is null where it had no lower bound.';
