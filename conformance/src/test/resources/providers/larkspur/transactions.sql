-- /accounts/{id}/transactions -> transaction. Amounts are signed decimals in text; negative is money out.
select
  position,
  item ->> 'id' as provider_key,
  item ->> 'id' as provider_transaction_id,
  'booked' as status,
  caravan.strict_instant(item ->> 'posted_at') as booked_at,
  left(item ->> 'posted_at', 10)::date as booking_date,
  (item ->> 'amount')::numeric as amount,
  item ->> 'currency' as currency,
  case when (item ->> 'amount')::numeric < 0 then 'debit' else 'credit' end as direction,
  item ->> 'text' as description,
  item as raw
from page
