-- /orgs/{org}/transactions -> stubs of purses that are not known yet, so that no row waits for the next list of purses.
select
  min(position) as position,
  concat_ws('/', org, member, purse) as provider_key,
  concat_ws('/', org, member, purse) as provider_account_id,
  'purse' as family,
  min(currency) as currency,
  org as provider_organization_id,
  member as provider_party_id,
  '{}'::jsonb as raw
from (
  select position, coalesce(home.org, context #>> '{about,org}') as org, item #>> '{meta,memberId}' as member,
    item #>> '{meta,purseId}' as purse, context #>> '{settings,currency}' as currency
  from page
  left join lateral (
    select p.provider_organization_id as org from ledger.party p
    where p.connection_id = (context ->> 'connection')::uuid and p.provider_party_id = item #>> '{meta,memberId}'
    order by p.removed_at desc nulls first limit 1) home on true) told
where member is not null and purse is not null
group by org, member, purse
