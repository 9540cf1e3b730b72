-- /accounts -> account
select
  position,
  item ->> 'id' as provider_key,
  item - 'balance' as content,
  item ->> 'id' as provider_account_id,
  'account' as family,
  item ->> 'kind' as account_type,
  item ->> 'currency' as currency,
  item ->> 'name' as display_name,
  item as raw
from page
