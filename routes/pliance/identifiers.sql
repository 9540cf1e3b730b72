-- A person or company -> party_identifier: the identity that picks the lists it is checked against.
-- again: jsonb_build_object('identity', raw)
select
  position,
  -- the number itself is no part of the key, so that it can be erased
  split_part(context ->> 'kind', '_', 1) || '/' || (context #>> '{about,subject}') as provider_key,
  context #>> '{about,subject}' as provider_party_id,
  case context ->> 'kind' when 'person' then 'NATIONAL_ID' else 'REGISTRATION_NUMBER' end as scheme,
  item #>> '{identity,identity}' as value,
  nullif(item #>> '{identity,country}', '') as country,
  item -> 'identity' as raw
from page
where item #>> '{identity,identity}' <> ''
