-- hits[][] of a subject, of a company's links (version 2) and of its beneficiaries (version 1) -> screening_match.
-- Outer arrays are listed entities, inner ones their names that matched; links tell a flat list. Enums come as names or numbers.
select
  position,
  row_number() over (partition by position order by link, grp, nth)::int as line,
  concat_ws('/', context #>> '{about,subject}', link, alias ->> 'matchId', alias ->> 'aliasId') as provider_key,
  context #>> '{about,subject}' as provider_party_id,
  link as provider_link_id,
  alias ->> 'matchId' as match_id,
  alias ->> 'aliasId' as alias_id,
  grp::int as group_no,
  coalesce(nullif(alias ->> 'name', ''), nullif(concat_ws(' ', nullif(alias ->> 'firstName', ''), nullif(alias ->> 'lastName', '')), '')) as name,
  (alias ->> 'score')::numeric as score,
  -- a word that nobody knows leaves a match open, it does not lose it
  case lower(alias ->> 'classification') when 'falsepositive' then 'false_positive' when '1' then 'false_positive'
    when 'match' then 'match' when '2' then 'match' else 'unknown' end as classification,
  (alias ->> 'isPep')::boolean as is_pep,
  (alias ->> 'isRca')::boolean as is_rca,
  (alias ->> 'isSanction')::boolean as is_sanction,
  (alias ->> 'isSip')::boolean as is_sip,
  (alias ->> 'isSie')::boolean as is_sie,
  (alias ->> 'isAdverseMedia')::boolean as is_adverse_media,
  alias as raw
from page
cross join lateral (
  select '' as link, item -> 'hits' as hits
  union all
  select each ->> 'id', each -> 'matches'
  from jsonb_array_elements(case jsonb_typeof(item -> 'links') when 'array' then item -> 'links' else '[]' end) each
  union all
  select each ->> 'personReferenceId', each -> 'hits'
  from jsonb_array_elements(case jsonb_typeof(item -> 'beneficiaries') when 'array' then item -> 'beneficiaries' else '[]' end) each
) told
cross join lateral jsonb_array_elements(case jsonb_typeof(hits) when 'array' then hits else '[]' end) with ordinality outside(entity, grp)
cross join lateral jsonb_array_elements(case jsonb_typeof(entity) when 'array' then entity else jsonb_build_array(entity) end)
  with ordinality inside(alias, nth)
