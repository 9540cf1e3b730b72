-- /accounts/{id}/balance -> balance. Contract 9: all balances of an answer are one row; where only one is told it is both.
-- OBIE amounts are unsigned and CreditDebitIndicator says the direction; where it is missing the sign does.
select
  min(position) as position,
  concat_ws(' ', coalesce(max(written), 'told'), currency) as provider_key,
  coalesce(max(at), caravan.now()) as as_of,
  currency,
  coalesce(max(amount) filter (where type = 'interimbooked'), max(amount) filter (where type = 'closingbooked'),
    max(amount) filter (where type = 'interimavailable'), max(amount) filter (where type = 'closingavailable'),
    max(amount) filter (where type = 'expected'), case when count(*) = 1 then max(amount) end) as current_amount,
  coalesce(max(amount) filter (where type = 'interimavailable'), max(amount) filter (where type = 'closingavailable'),
    max(amount) filter (where type = 'expected'), case when count(*) = 1 then max(amount) end) as available_amount,
  -- which of them current_amount is: what is not known to be booked proves no day
  coalesce((array_agg(b ->> 'type' order by array_position(
    array['interimbooked', 'closingbooked', 'interimavailable', 'closingavailable', 'expected'], type), position))[1], 'unstated')
    as balance_type,
  case when count(*) = 1 then (array_agg(item))[1] else jsonb_agg(item order by position) end as raw
from page
cross join lateral (select caravan.loose(item) as b offset 0) loose
cross join lateral (
  select lower(b ->> 'type') as type, b ->> 'datetime' as written,
    -- what does not parse is refused, not kept without its date (ruling 8): the word makes the cast fail
    coalesce(caravan.instant(b ->> 'datetime'), ('unreadable ' || (b ->> 'datetime'))::timestamptz) as at,
    coalesce(b #>> '{amount,currency}', b ->> 'currency', context ->> 'currency') as currency,
    case when jsonb_typeof(b -> 'amount') = 'object' then b #>> '{amount,amount}' else b ->> 'amount' end::numeric as told,
    left(lower(coalesce(b ->> 'creditdebitindicator', b ->> 'creditdebit')), 1) as direction
  offset 0) read
cross join lateral (select case direction when 'd' then -abs(told) when 'c' then abs(told) else told end as amount) signed
group by currency
