-- A person or company -> screening_subject: flags and the provider's mark of the last change; the risk is derived in the view.
-- again: raw || jsonb_build_object('isPep', is_pep, 'isRca', is_rca, 'isSanction', is_sanction, 'isSip', is_sip, 'isSie', is_sie, 'isAdverseMedia', is_adverse_media, 'highRiskCountry', is_high_risk_country)
select
  position,
  split_part(context ->> 'kind', '_', 1) || '/' || (context #>> '{about,subject}') as provider_key,
  context #>> '{about,subject}' as provider_party_id,
  (item ->> 'isPep')::boolean as is_pep,
  (item ->> 'isRca')::boolean as is_rca,
  (item ->> 'isSanction')::boolean as is_sanction,
  (item ->> 'isSip')::boolean as is_sip,
  (item ->> 'isSie')::boolean as is_sie,
  (item ->> 'isAdverseMedia')::boolean as is_adverse_media,
  (item ->> 'highRiskCountry')::boolean as is_high_risk_country,
  (select string_agg(list, ', ' order by nth) from jsonb_array_elements_text(
    case jsonb_typeof(item -> 'checkedWatchLists') when 'array' then item -> 'checkedWatchLists' else '[]' end)
    with ordinality e(list, nth)) as checked_lists,
  caravan.strict_instant(item #>> '{lastChanged,timestampUtc}') as source_changed_at,
  nullif(item #>> '{lastChanged,checkpoint}', '') as checkpoint,
  jsonb_build_object('checkedWatchLists', item -> 'checkedWatchLists', 'lastChanged', item -> 'lastChanged') as raw
from page
