-- links[] (version 2) and beneficiaries[] (version 1) of a company -> party_relation, one row a link and description.
-- again: jsonb_build_object(case relation when 'Beneficiary' then 'beneficiaries' else 'links' end, jsonb_build_array(raw))
select
  position,
  row_number() over (partition by position order by link, relation, nth)::int as line,
  concat_ws('/', context #>> '{about,subject}', link, relation) as provider_key,
  context #>> '{about,subject}' as provider_party_id,
  link as provider_link_id,
  related_kind,
  nullif(coalesce(nullif(told ->> 'name', ''), concat_ws(' ', nullif(told ->> 'firstName', ''), nullif(told ->> 'lastName', ''))), '') as related_name,
  nullif(coalesce(nullif(told ->> 'personIdentityNumber', ''), nullif(told ->> 'organizationIdentityNumber', ''),
    told #>> '{identity,identity}'), '') as related_identifier,
  relation,
  role,
  (described #>> '{stake,min}')::numeric as stake_min,
  (described #>> '{stake,max}')::numeric as stake_max,
  (told ->> 'highRiskCountry')::boolean as is_high_risk_country,
  told - array['matches', 'hits'] as raw
from page
cross join lateral (
  select each ->> 'id' as link, each as told, described, nth,
    case lower(each ->> 'entityType') when 'company' then 'company' when '2' then 'company' else 'person' end as related_kind,
    -- enums come as names or as numbers, in the order of the published enum
    case when described ->> 'type' ~ '^\d$' then (array['Owner', 'BoardMember', 'UltimateBeneficialOwner', 'AlternateBeneficialOwner'])[(described ->> 'type')::int + 1]
      else coalesce(described ->> 'type', 'Link') end as relation,
    (select coalesce(string_agg(part, ', ' order by at), '') from jsonb_array_elements_text(
      case jsonb_typeof(described -> 'roles') when 'array' then described -> 'roles' else '[]' end) with ordinality roles(part, at)) as role
  from jsonb_array_elements(case jsonb_typeof(item -> 'links') when 'array' then item -> 'links' else '[]' end) each
  left join lateral jsonb_array_elements(case jsonb_typeof(each -> 'linkDescriptions') when 'array' then each -> 'linkDescriptions' else '[]' end)
    with ordinality descriptions(described, nth) on true
  union all
  select coalesce(each ->> 'personReferenceId', each #>> '{identity,identity}'), each, '{}', nth, 'person', 'Beneficiary', ''
  from jsonb_array_elements(case jsonb_typeof(item -> 'beneficiaries') when 'array' then item -> 'beneficiaries' else '[]' end)
    with ordinality beneficiaries(each, nth)
) linked
