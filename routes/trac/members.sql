-- /orgs/{org}/members -> party. Pupils, staff, hospitality and system members; the latter two have no identity of their own.
-- Children's data: of what is not mapped only the ids are kept.
-- again: raw || jsonb_build_object('displayName', name, 'dateOfBirth', make_date(birth_year, birth_month, birth_day), 'mis', jsonb_build_object('firstName', given_name, 'lastName', family_name))
select
  position,
  item #>> '{meta,memberId}' as provider_key,
  'person' as kind,
  item #>> '{meta,memberId}' as provider_party_id,
  context #>> '{about,org}' as provider_organization_id,
  coalesce(nullif(item ->> 'displayName', ''), nullif(concat_ws(' ', item #>> '{mis,firstName}', item #>> '{mis,lastName}'), '')) as name,
  item #>> '{mis,firstName}' as given_name,
  item #>> '{mis,lastName}' as family_name,
  extract(year from born)::int as birth_year,
  extract(month from born)::int as birth_month,
  extract(day from born)::int as birth_day,
  lower(item ->> 'memberType') as role,
  (item ->> 'isActive')::boolean as is_active,
  caravan.instant(item #>> '{meta,updatedAt}') as source_changed_at,
  item - array['displayName', 'dateOfBirth', 'mis'] as raw,
  item as content
from page
cross join lateral (select nullif(item ->> 'dateOfBirth', '')::date as born) birth
