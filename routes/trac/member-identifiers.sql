-- /orgs/{org}/members -> party_identifier, one row an identifier; a member without any is named by a row without a key.
-- again: jsonb_build_object('meta', jsonb_build_object('memberId', provider_party_id), 'externalIds', jsonb_build_object(scheme, value))
select
  position,
  row_number() over (partition by position)::int as line,
  member || '/' || scheme || '/' || value as provider_key,
  member as provider_party_id,
  scheme,
  value,
  '{}'::jsonb as raw,
  to_jsonb(value) as content
from (select position, item, item #>> '{meta,memberId}' as member from page) known
left join lateral (
  select 'TRAC_MIS' as scheme, item #>> '{mis,misId}' as value where item #>> '{mis,misId}' <> ''
  union all
  select 'UK_UPN', item #>> '{mis,upn}' where item #>> '{mis,upn}' <> ''
  union all
  select key, each.value from jsonb_each_text(case jsonb_typeof(item -> 'externalIds') when 'object' then item -> 'externalIds' else '{}' end) each
  where each.value <> ''
) identifier on true
