-- /accounts -> account. Contract section 10. Two shapes: OBIE's (AccountId, Account[] by scheme) and Leatherback's own list
-- (accountId, accountDetails[] by payment method). Old scheme names without UK.OBIE are legal too.
select
  position,
  id as provider_key,
  id as provider_account_id,
  'account' as family,
  coalesce(item ->> 'AccountSubType', item ->> 'systemAccountType') as account_type,
  coalesce(item ->> 'Currency', item ->> 'currencyCode') as currency,
  coalesce(nullif(item ->> 'Nickname', ''), item ->> 'Description', item ->> 'accountName') as display_name,
  (select one ->> 'Name' from jsonb_array_elements(obie) a(one) where one ->> 'Name' <> '' limit 1) as holder_name,
  coalesce(
    (select one ->> 'Identification' from jsonb_array_elements(obie) a(one) where one ->> 'SchemeName' like '%IBAN' limit 1),
    (select one ->> 'accountNumber' from jsonb_array_elements(own) a(one) where one ->> 'paymentMethodType' = 'BicSwift' limit 1)) as iban,
  coalesce(
    (select left(one ->> 'Identification', 6) from jsonb_array_elements(obie) a(one) where one ->> 'SchemeName' like '%SortCodeAccountNumber' limit 1),
    (select translate(one ->> 'paymentMethodValue', '- ', '') from jsonb_array_elements(own) a(one)
     where one ->> 'paymentMethodType' = 'SortCode' limit 1)) as sort_code,
  coalesce(
    (select substr(one ->> 'Identification', 7) from jsonb_array_elements(obie) a(one) where one ->> 'SchemeName' like '%SortCodeAccountNumber' limit 1),
    (select one ->> 'accountNumber' from jsonb_array_elements(own) a(one) where one ->> 'paymentMethodType' = 'SortCode' limit 1)) as account_number,
  coalesce(
    case when item #>> '{Servicer,SchemeName}' like '%BICFI' then item #>> '{Servicer,Identification}' end,
    (select one ->> 'paymentMethodValue' from jsonb_array_elements(own) a(one) where one ->> 'paymentMethodType' = 'BicSwift' limit 1)) as bic,
  coalesce(item ->> 'Status', item ->> 'status') as status,
  -- balances that come with the list are kept as balances and are no change of the account
  item - array['availableBalance', 'ledgerBalance', 'dateModified'] as content,
  item as raw
from page
cross join lateral (
  select coalesce(item ->> 'AccountId', item ->> 'accountId') as id,
    case jsonb_typeof(item -> 'Account') when 'array' then item -> 'Account' else '[]' end as obie,
    case jsonb_typeof(item -> 'accountDetails') when 'array' then item -> 'accountDetails' else '[]' end as own
) read
