-- /accounts in Leatherback's own list -> balance, as of the pull. Texts with thousands separators ("867,940.15").
-- again: raw || jsonb_build_object('currencyCode', currency, 'accountId', (select a.provider_account_id from ledger.account a where a.account_id = self.account_id))
select
  position,
  item ->> 'accountId' as account_key,
  'told' as provider_key,
  jsonb_build_array(item -> 'availableBalance', item -> 'ledgerBalance') as content,
  caravan.now() as as_of,
  item ->> 'currencyCode' as currency,
  caravan.amount(item ->> 'ledgerBalance') as current_amount,
  caravan.amount(item ->> 'availableBalance') as available_amount,
  jsonb_build_object('availableBalance', item -> 'availableBalance', 'ledgerBalance', item -> 'ledgerBalance') as raw
from page
where item ->> 'accountId' is not null and item ->> 'ledgerBalance' is not null
