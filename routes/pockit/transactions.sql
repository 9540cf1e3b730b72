-- /accounts/{id}/transactions -> transaction. One page holds booked and pending ones: context.part.status is pending for the
-- pending set. Rejected ones are seen and not kept (contract 9); a status that nobody knows is refused, as is a date that
-- does not parse (ruling 8; the word makes the cast fail). Amounts are unsigned and the indicator says the direction;
-- where it is missing the sign does.
select
  position,
  'p:' || nullif(t ->> 'transactionid', '') as provider_key,
  concat_ws('|', left(booked, 10), signed, currency, t ->> 'transactioninformation') as fingerprint,
  status,
  nullif(t ->> 'transactionid', '') as provider_transaction_id,
  coalesce(caravan.instant(booked), ('unreadable ' || booked)::timestamptz) as booked_at,
  caravan.as_date(booked) as booking_date,
  case when coalesce(caravan.instant(valued), ('unreadable ' || valued)::timestamptz) is not null
    then left(valued, 10)::date end as value_date,
  signed as amount,
  currency,
  case when signed < 0 or signed = 0 and direction = 'd' then 'debit' else 'credit' end as direction,
  case left(lower(t #>> '{balance,creditdebitindicator}'), 1) when 'd' then -1 else 1 end
    * (t #>> '{balance,amount,amount}')::numeric as running_balance,
  t ->> 'transactioninformation' as description,
  coalesce(t #>> '{merchantdetails,merchantname}', t ->> 'merchantname') as merchant_name,
  case when signed < 0 then coalesce(t #>> '{creditoraccount,name}', t ->> 'creditorname')
    else t #>> '{debtoraccount,name}' end as counterparty_name,
  case when signed < 0 then coalesce(t #>> '{creditoraccount,identification}', t ->> 'creditoridentification')
    else t #>> '{debtoraccount,identification}' end as counterparty_account,
  coalesce(t #>> '{merchantdetails,merchantcategorycode}', t ->> 'merchantcategorycode') as category,
  nullif(concat_ws(' > ', coalesce(t #>> '{banktransactioncode,code}', t ->> 'code'),
    coalesce(t #>> '{banktransactioncode,subcode}', t ->> 'subcode')), '') as classification,
  case when direction = 'c' and told < 0 then 'SIGN_TYPE_CONFLICT' end as anomaly,
  case when pan is null then item else replace(item::text, pan, '************' || right(pan, 4))::jsonb end as raw
from page
cross join lateral (select caravan.loose(item) as t offset 0) loose
cross join lateral (
  select coalesce(nullif(lower(t ->> 'status'), ''), 'booked') as status,
    t ->> 'bookingdatetime' as booked, t ->> 'valuedatetime' as valued,
    case when jsonb_typeof(t -> 'amount') = 'object' then t #>> '{amount,amount}' else t ->> 'amount' end::numeric as told,
    coalesce(t #>> '{amount,currency}', t ->> 'currency') as currency,
    left(lower(coalesce(t ->> 'creditdebitindicator', t ->> 'creditdebit')), 1) as direction,
    nullif(coalesce(t #>> '{cardinstrument,identification}', t ->> 'cardidentification'), '') as pan
  offset 0) read
cross join lateral (select case direction when 'd' then -abs(told) when 'c' then abs(told) else told end as signed offset 0) way
where case status when 'pending' then 'pending' when 'rejected' then 'rejected' else 'booked' end
  = coalesce(context #>> '{part,status}', 'booked')
