-- /CompanyQuery and /CompanyV2Query -> party; version 1 tells fewer fields. An answer about another subject is rejected.
select
  position,
  'company/' || (context #>> '{about,subject}') as provider_key,
  'company' as kind,
  case when coalesce(item ->> 'companyReferenceId', context #>> '{about,subject}') = context #>> '{about,subject}'
       then context #>> '{about,subject}' end as provider_party_id,
  nullif(item ->> 'name', '') as name,
  nullif(item #>> '{identity,identity}', '') as registration_number,
  nullif(item #>> '{identity,country}', '') as country,
  nullif(coalesce(item #>> '{legalForm,description}', item ->> 'legalForm', item ->> 'corporateForm'), '') as legal_form,
  nullif(item ->> 'operationalStatus', '') as operational_status,
  (item ->> 'archived')::boolean as is_archived,
  caravan.strict_instant(item #>> '{lastChanged,timestampUtc}') as source_changed_at,
  item - array['hits', 'links', 'beneficiaries'] as raw
from page
