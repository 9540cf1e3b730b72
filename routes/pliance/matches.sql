-- hits[][] of a subject, of a company's links (version 2) and of its beneficiaries (version 1) -> screening_match.
-- Outer arrays are listed entities, inner ones their names that matched; links tell a flat list. Enums come as names or numbers.
-- again: case provider_link_id when '' then jsonb_build_object('hits', (coalesce((select jsonb_agg('[]'::jsonb) from generate_series(2, group_no)), '[]') || jsonb_build_array(jsonb_build_array(raw)))) else jsonb_build_object('links', jsonb_build_array(jsonb_build_object('id', provider_link_id, 'matches', (coalesce((select jsonb_agg('[]'::jsonb) from generate_series(2, group_no)), '[]') || jsonb_build_array(jsonb_build_array(raw)))))) end
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
  -- nor does a score or a flag that cannot be read: it is null, and in raw as it came
  case when pg_input_is_valid(alias ->> 'score', 'numeric') and (alias ->> 'score')::numeric between 0 and 1 then (alias ->> 'score')::numeric end as score,
  -- a word that nobody knows leaves a match open, it does not lose it
  case lower(alias ->> 'classification') when 'falsepositive' then 'false_positive' when '1' then 'false_positive'
    when 'match' then 'match' when '2' then 'match' else 'unknown' end as classification,
  case when pg_input_is_valid(alias ->> 'isPep', 'boolean') then (alias ->> 'isPep')::boolean end as is_pep,
  case when pg_input_is_valid(alias ->> 'isRca', 'boolean') then (alias ->> 'isRca')::boolean end as is_rca,
  case when pg_input_is_valid(alias ->> 'isSanction', 'boolean') then (alias ->> 'isSanction')::boolean end as is_sanction,
  case when pg_input_is_valid(alias ->> 'isSip', 'boolean') then (alias ->> 'isSip')::boolean end as is_sip,
  case when pg_input_is_valid(alias ->> 'isSie', 'boolean') then (alias ->> 'isSie')::boolean end as is_sie,
  case when pg_input_is_valid(alias ->> 'isAdverseMedia', 'boolean') then (alias ->> 'isAdverseMedia')::boolean end as is_adverse_media,
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
