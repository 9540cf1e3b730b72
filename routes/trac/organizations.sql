-- /installation/organizations -> organization. A tree by parent; an unknown parent is shown as detached (contract 3, T4).
select
  position,
  item #>> '{meta,orgId}' as provider_key,
  item #>> '{meta,orgId}' as provider_organization_id,
  nullif(item #>> '{meta,parentOrgId}', '') as parent_provider_id,
  item ->> 'displayName' as name,
  (item ->> 'isActive')::boolean as is_active,
  caravan.strict_instant(item #>> '{meta,createdAt}') as created_on,
  item as raw
from page
