-- /accounts/{id}/direct_debits -> direct_debit. direct_debit_id may change between requests (contract 3.3).
select
  position,
  'd:' || nullif(item #>> '{meta,provider_direct_debit_id}', '') as provider_key,
  concat_ws('|', item ->> 'name', item #>> '{meta,provider_mandate_identification}') as fingerprint,
  item - array['direct_debit_id', 'timestamp'] as content,
  item ->> 'status' as status,
  item ->> 'name' as name,
  item #>> '{meta,provider_mandate_identification}' as mandate_id,
  item ->> 'currency' as currency,
  caravan.instant(item ->> 'previous_payment_timestamp') as previous_payment_at,
  (item ->> 'previous_payment_amount')::numeric as previous_payment_amount,
  item as raw
from page
