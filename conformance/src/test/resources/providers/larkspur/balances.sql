-- /accounts -> balance: each account says its own
select
  position,
  item ->> 'id' as account_key,
  item #>> '{balance,at}' as provider_key,
  caravan.strict_instant(item #>> '{balance,at}') as as_of,
  item ->> 'currency' as currency,
  (item #>> '{balance,amount}')::numeric as current_amount,
  item -> 'balance' as raw
from page
