-- /PersonQuery -> party. An answer about another subject than was asked has no id here, and is rejected as a whole.
-- Parts of a birth date may be unknown: "1957-??-??", or null in the object birth (contract section 4).
select
  position,
  'person/' || (context #>> '{about,subject}') as provider_key,
  'person' as kind,
  case when coalesce(item ->> 'personReferenceId', context #>> '{about,subject}') = context #>> '{about,subject}'
       then context #>> '{about,subject}' end as provider_party_id,
  nullif(concat_ws(' ', nullif(item ->> 'firstName', ''), nullif(item ->> 'lastName', '')), '') as name,
  nullif(item ->> 'firstName', '') as given_name,
  nullif(item ->> 'lastName', '') as family_name,
  coalesce((item #>> '{birth,year}')::int, case when birth[1] ~ '^\d{4}$' then birth[1]::int end) as birth_year,
  coalesce((item #>> '{birth,month}')::int, case when birth[2] ~ '^\d{2}$' then birth[2]::int end) as birth_month,
  coalesce((item #>> '{birth,day}')::int, case when birth[3] ~ '^\d{2}$' then birth[3]::int end) as birth_day,
  -- enums come as names or as numbers
  case item ->> 'gender' when '0' then 'Unknown' when '1' then 'Male' when '2' then 'Female' else item ->> 'gender' end as gender,
  nullif(item #>> '{identity,country}', '') as country,
  (item ->> 'archived')::boolean as is_archived,
  changed as source_changed_at,
  item - 'hits' as raw
from page
cross join lateral (select string_to_array(item ->> 'birthdate', '-') as birth,
  caravan.strict_instant(item #>> '{lastChanged,timestampUtc}') as changed) told
