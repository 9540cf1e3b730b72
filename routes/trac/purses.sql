-- /orgs/{org}/members/{member}/purses -> account (family purse). `default` repeats for every member, so the key is all three.
select
  position,
  concat_ws('/', context #>> '{about,org}', context #>> '{about,member}', item #>> '{meta,purseId}') as provider_key,
  item - 'balanceAsInteger' as content,
  concat_ws('/', context #>> '{about,org}', context #>> '{about,member}', item #>> '{meta,purseId}') as provider_account_id,
  'purse' as family,
  item ->> 'type' as account_type,
  -- pounds are assumed: Trac is sold to schools in the United Kingdom and states no currency
  context #>> '{settings,currency}' as currency,
  item ->> 'title' as display_name,
  context #>> '{about,org}' as provider_organization_id,
  context #>> '{about,member}' as provider_party_id,
  item as raw
from page
