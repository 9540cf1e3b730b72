-- /accounts/{id}/beneficiaries -> beneficiary. Contract 4.3: in shape O the payee's account is an object of its own.
select
  position,
  'b:' || nullif(b ->> 'beneficiaryid', '') as provider_key,
  concat_ws('|', scheme, identification, b ->> 'reference', name) as fingerprint,
  b ->> 'beneficiaryid' as provider_beneficiary_id,
  name,
  b ->> 'reference' as reference,
  b ->> 'beneficiarytype' as beneficiary_type,
  scheme,
  identification,
  case when scheme ilike '%iban' then translate(identification, ' ', '') end as iban,
  case when scheme ilike '%sortcodeaccountnumber' and identification ~ '^\d{14}$' then left(identification, 6) end as sort_code,
  case when scheme ilike '%sortcodeaccountnumber' and identification ~ '^\d{14}$' then right(identification, 8) end as account_number,
  b #>> '{creditoragent,identification}' as agent,
  item as raw
from page
cross join lateral (select caravan.loose(item) as b offset 0) loose
cross join lateral (
  select coalesce(b #>> '{creditoraccount,schemename}', b ->> 'schemename') as scheme,
    coalesce(b #>> '{creditoraccount,identification}', b ->> 'identification') as identification,
    coalesce(b #>> '{creditoraccount,name}', b ->> 'name') as name
  offset 0) payee
