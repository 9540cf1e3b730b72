-- /accounts/{id}/beneficiaries -> beneficiary. Where there is no BeneficiaryId, its account and reference are its identity.
select
  position,
  'i:' || nullif(item ->> 'BeneficiaryId', '') as provider_key,
  concat_ws('|', scheme, identification, item ->> 'Reference') as fingerprint,
  nullif(item ->> 'BeneficiaryId', '') as provider_beneficiary_id,
  item #>> '{CreditorAccount,Name}' as name,
  item ->> 'Reference' as reference,
  item ->> 'BeneficiaryType' as beneficiary_type,
  scheme,
  identification,
  case when scheme like '%IBAN' then identification end as iban,
  case when scheme like '%SortCodeAccountNumber' then left(identification, 6) end as sort_code,
  case when scheme like '%SortCodeAccountNumber' then substr(identification, 7) end as account_number,
  coalesce(item #>> '{CreditorAgent,Identification}', item #>> '{CreditorAgent,Name}') as agent,
  item as raw
from page
cross join lateral (
  select item #>> '{CreditorAccount,SchemeName}' as scheme, item #>> '{CreditorAccount,Identification}' as identification
) read
