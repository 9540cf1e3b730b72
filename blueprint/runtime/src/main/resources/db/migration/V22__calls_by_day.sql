-- What providers answered, by minute and day: the daily figures that the statistics of open banking show.

create table caravan.call_minute (
  minute timestamptz not null,
  provider text not null,
  scope text not null,
  writer uuid not null,
  calls bigint not null,
  failed bigint not null,
  throttled bigint not null,
  refused bigint not null,
  millis bigint not null,
  most_millis bigint not null,
  spread bigint[] not null,
  primary key (minute, provider, scope, writer),
  constraint call_minute_is_of_a_scope check (scope <> ''),
  constraint call_minute_has_its_classes check (cardinality(spread) = 10)
);
comment on table caravan.call_minute is 'Calls that ended in a minute, summed by provider and scope. Each life of a process writes rows of its own and writes their whole sums, so that a write may be repeated; after two days they are rolled into call_day.';
comment on column caravan.call_minute.writer is 'One life of one process.';
comment on column caravan.call_minute.millis is 'How long all calls took that did not fail.';
comment on column caravan.call_minute.spread is 'How many of them took up to 50, 100, 200, 400, 800, 1600, 3200, 6400, 12800 milliseconds and more.';

create table caravan.call_day (
  day date not null,
  provider text not null,
  scope text not null,
  calls bigint not null,
  failed bigint not null,
  throttled bigint not null,
  refused bigint not null,
  millis bigint not null,
  most_millis bigint not null,
  spread bigint[] not null,
  minutes bigint not null,
  minutes_down bigint not null,
  primary key (day, provider, scope)
);
comment on table caravan.call_day is 'Days of call_minute that were rolled up. Scope '''' is all scopes of the provider together.';
comment on column caravan.call_day.minutes is 'Minutes of the day in which a call ended.';
comment on column caravan.call_day.minutes_down is 'Those of them in which every call failed by the provider''s fault.';

create view caravan.call_day_of_minutes as
select (minute at time zone 'UTC')::date as day, provider, scope, sum(calls)::bigint as calls, sum(failed)::bigint as failed,
  sum(throttled)::bigint as throttled, sum(refused)::bigint as refused, sum(millis)::bigint as millis, max(most_millis) as most_millis,
  array[sum(s1), sum(s2), sum(s3), sum(s4), sum(s5), sum(s6), sum(s7), sum(s8), sum(s9), sum(s10)]::bigint[] as spread,
  count(*) as minutes, count(*) filter (where failed = calls) as minutes_down
from (
  select minute, provider, coalesce(scope, '') as scope, sum(calls) as calls, sum(failed) as failed, sum(throttled) as throttled,
    sum(refused) as refused, sum(millis) as millis, max(most_millis) as most_millis, sum(spread[1]) as s1, sum(spread[2]) as s2,
    sum(spread[3]) as s3, sum(spread[4]) as s4, sum(spread[5]) as s5, sum(spread[6]) as s6, sum(spread[7]) as s7, sum(spread[8]) as s8,
    sum(spread[9]) as s9, sum(spread[10]) as s10
  from caravan.call_minute
  group by grouping sets ((minute, provider, scope), (minute, provider))) each_minute
group by 1, 2, 3;
comment on view caravan.call_day_of_minutes is 'The minutes that are not rolled up, by day.';

create view caravan.call_figures as
select day, provider, scope, sum(calls)::bigint as calls, sum(failed)::bigint as failed, sum(throttled)::bigint as throttled,
  sum(refused)::bigint as refused, sum(millis)::bigint as millis, max(most_millis) as most_millis,
  array[sum(spread[1]), sum(spread[2]), sum(spread[3]), sum(spread[4]), sum(spread[5]), sum(spread[6]), sum(spread[7]), sum(spread[8]),
    sum(spread[9]), sum(spread[10])]::bigint[] as spread, sum(minutes)::bigint as minutes, sum(minutes_down)::bigint as minutes_down
from (select * from caravan.call_day union all select * from caravan.call_day_of_minutes) parts
group by 1, 2, 3;
comment on view caravan.call_figures is 'All days, rolled up or not.';

create function caravan.share(part numeric, whole numeric) returns numeric language sql immutable
return round(part / nullif(whole, 0), 5);
comment on function caravan.share(numeric, numeric) is 'A share from 0 to 1 with five decimals; null of nothing.';

create function caravan.p95(spread bigint[], most bigint) returns int language sql immutable
return (
  with class as (
    select i, n, bound, coalesce(lag(bound) over (order by i), 0) as low, sum(n) over (order by i) as upto, sum(n) over () as total
    from unnest(spread, array[50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, most]) with ordinality as c(n, bound, i))
  select least(most, round(low + (bound - low) * (total * 0.95 - (upto - n)) / n))::int
  from class where n > 0 and upto >= total * 0.95 order by i limit 1);
comment on function caravan.p95(bigint[], bigint) is 'What 95 of 100 calls stayed below, between the bounds of the class in which that lies; null where there was none.';

create view ledger.provider_day as
select provider, scope, day, calls, failed, throttled, refused, (millis / nullif(calls - failed, 0))::int as average_millis,
  caravan.p95(spread, most_millis) as p95_millis, case when calls > failed then most_millis::int end as max_millis,
  minutes as observed_minutes, caravan.share(minutes - minutes_down, minutes) as uptime, caravan.share(failed, calls) as error_rate
from caravan.call_figures;
comment on view ledger.provider_day is 'How each provider answered, by scope and day (UTC): the daily figures of open banking statistics, from every call of ours, tokens included. The last minute is missing, and a process that is killed loses it.';
comment on column ledger.provider_day.provider is 'Name of the provider.';
comment on column ledger.provider_day.scope is 'What was called, as routes name it in the property endpoint (accounts/{id}/balance); '''' is all of the provider together, so add up either these rows or the others.';
comment on column ledger.provider_day.day is 'The day in UTC in which the calls ended.';
comment on column ledger.provider_day.calls is 'Calls that left for the provider, repeated ones each time.';
comment on column ledger.provider_day.failed is 'Those that failed by the provider''s fault: no connection, no name, no handshake, no whole answer in time, or a status of 500 and above.';
comment on column ledger.provider_day.throttled is 'Those answered with 429.';
comment on column ledger.provider_day.refused is 'Those answered with another status from 300 to 499: our request, token or consent was not good enough.';
comment on column ledger.provider_day.average_millis is 'Average time of the calls that did not fail, from the request to the last byte of the answer, in milliseconds.';
comment on column ledger.provider_day.p95_millis is 'What 95 of 100 of them stayed below, estimated within classes that double from 50 ms.';
comment on column ledger.provider_day.max_millis is 'The longest of them.';
comment on column ledger.provider_day.observed_minutes is 'Minutes of the day in which at least one call ended.';
comment on column ledger.provider_day.uptime is 'Share, 0 to 1, of the observed minutes in which not every call failed by the provider''s fault. Nobody looks in the other minutes, so few of them say little.';
comment on column ledger.provider_day.error_rate is 'failed of calls, 0 to 1.';

create view ledger.provider_quarter as
select provider, scope, quarter, calls, failed, throttled, refused, (millis / nullif(calls - failed, 0))::int as average_millis,
  caravan.p95(spread, most_millis) as p95_millis, case when calls > failed then most_millis::int end as max_millis,
  minutes as observed_minutes, caravan.share(minutes - minutes_down, minutes) as uptime, caravan.share(failed, calls) as error_rate, days
from (
  select provider, scope, date_trunc('quarter', day::timestamp)::date as quarter, sum(calls)::bigint as calls, sum(failed)::bigint as failed,
    sum(throttled)::bigint as throttled, sum(refused)::bigint as refused, sum(millis)::bigint as millis, max(most_millis) as most_millis,
    array[sum(spread[1]), sum(spread[2]), sum(spread[3]), sum(spread[4]), sum(spread[5]), sum(spread[6]), sum(spread[7]), sum(spread[8]),
      sum(spread[9]), sum(spread[10])]::bigint[] as spread, sum(minutes)::bigint as minutes, sum(minutes_down)::bigint as minutes_down,
    count(*) as days
  from caravan.call_figures group by 1, 2, 3) quarters;
comment on view ledger.provider_quarter is 'How each provider answered, by scope and quarter (UTC): the same figures over the days of ledger.provider_day.';
comment on column ledger.provider_quarter.provider is 'Name of the provider.';
comment on column ledger.provider_quarter.scope is 'What was called; '''' is all of the provider together.';
comment on column ledger.provider_quarter.quarter is 'The first day of the quarter.';
comment on column ledger.provider_quarter.calls is 'Calls that left for the provider.';
comment on column ledger.provider_quarter.failed is 'Those that failed by the provider''s fault.';
comment on column ledger.provider_quarter.throttled is 'Those answered with 429.';
comment on column ledger.provider_quarter.refused is 'Those answered with another status from 300 to 499.';
comment on column ledger.provider_quarter.average_millis is 'Average time of the calls that did not fail, in milliseconds.';
comment on column ledger.provider_quarter.p95_millis is 'What 95 of 100 of them stayed below, estimated.';
comment on column ledger.provider_quarter.max_millis is 'The longest of them.';
comment on column ledger.provider_quarter.observed_minutes is 'Minutes of the quarter in which at least one call ended.';
comment on column ledger.provider_quarter.uptime is 'Share, 0 to 1, of the observed minutes in which not every call failed by the provider''s fault.';
comment on column ledger.provider_quarter.error_rate is 'failed of calls, 0 to 1.';
comment on column ledger.provider_quarter.days is 'Days of the quarter with a call.';
