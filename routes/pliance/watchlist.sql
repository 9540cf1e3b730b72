-- /WatchlistQuery -> watchlist_entry: what the lists say of an entity that matched; several subjects may share one.
select
  position,
  context #>> '{about,match}' as provider_key,
  context #>> '{about,match}' as match_id,
  nullif(item ->> 'listId', '') as list_id,
  case when item -> 'isPep' is not null then 'person' else 'company' end as kind,
  nullif(coalesce(item #>> '{names,0,name}', concat_ws(' ', item #>> '{names,0,firstName}', item #>> '{names,0,lastName}')), '') as name,
  nullif(item #>> '{watchlistSource,source}', '') as source,
  caravan.strict_instant(item #>> '{watchlistSource,updatedAt}') as source_updated_at,
  (item ->> 'active')::boolean as is_active,
  item as raw
from page
