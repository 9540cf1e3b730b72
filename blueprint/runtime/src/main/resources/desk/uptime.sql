-- uptime [--provider NAME] [--last N]: how each provider answered by day, the newest first: calls, failed ones, uptime and the time of an answer; fourteen days unless told
select day, provider, calls, failed, throttled, refused, round(uptime * 100, 2) as uptime, round(error_rate * 100, 2) as errors,
  average_millis as average_ms, p95_millis as p95_ms, max_millis as max_ms
from ledger.provider_day
where scope = '' and day > (caravan.now() at time zone 'UTC')::date - coalesce(:last, '14')::int
  and (:provider is null or provider = :provider)
order by day desc, provider
