-- /accounts -> account. Contract 3.3 (fields), 3.1 (identifiers are optional; two values of swift_bic mean none).
select
  position,
  item ->> 'account_id' as provider_key,
  item - array['update_timestamp'] as content,
  item ->> 'account_id' as provider_account_id,
  'account' as family,
  item ->> 'account_type' as account_type,
  item ->> 'currency' as currency,
  item ->> 'display_name' as display_name,
  item #>> '{account_number,iban}' as iban,
  translate(item #>> '{account_number,sort_code}', '-', '') as sort_code,
  item #>> '{account_number,number}' as account_number,
  case when item #>> '{account_number,swift_bic}' not like 'NOT_SUPPORTED%' then item #>> '{account_number,swift_bic}' end as bic,
  item #>> '{provider,provider_id}' as institution,
  item as raw
from page
