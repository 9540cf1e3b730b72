-- /accounts/{id}/standing_orders -> standing_order. No id exists: a hash of what does not change (contract 3.3).
-- 9999-12-31 means no end; amounts may come as text.
select
  position,
  concat_ws('|', item ->> 'frequency', item ->> 'reference', item ->> 'payee', item ->> 'first_payment_date') as fingerprint,
  item - array['timestamp'] as content,
  item ->> 'status' as status,
  item ->> 'frequency' as frequency,
  item ->> 'payee' as payee,
  item ->> 'reference' as reference,
  item ->> 'currency' as currency,
  caravan.as_date(item ->> 'next_payment_date') as next_payment_date,
  (item ->> 'next_payment_amount')::numeric as next_payment_amount,
  caravan.as_date(item ->> 'first_payment_date') as first_payment_date,
  (item ->> 'first_payment_amount')::numeric as first_payment_amount,
  nullif(caravan.as_date(item ->> 'final_payment_date'), date '9999-12-31') as final_payment_date,
  (item ->> 'final_payment_amount')::numeric as final_payment_amount,
  item as raw
from page
