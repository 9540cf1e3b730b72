-- /List of persons and companies -> listed_party: our references, all that a list tells. context.part.list says which list.
-- Without tenants of Pliance's (multitenant is off) the first word of a reference is the tenant it is of; others are not ours.
select
  position,
  reference as provider_key,
  context #>> '{part,list}' as list,
  reference as provider_party_id,
  to_jsonb(reference) as raw
from page
cross join lateral (select case jsonb_typeof(item) when 'string' then item #>> '{}'
  else coalesce(item ->> 'personReferenceId', item ->> 'companyReferenceId') end as reference) told
where context #>> '{own,multitenant}' = 'on'
  or starts_with(reference, (context #>> '{own,tenant}') || (context #>> '{settings,separator}'))
