-- /accounts/{id}/product -> product. The scope has no description (contract 10): little is read, all is kept in raw.
select
  position,
  coalesce(nullif(p ->> 'productid', ''), 'product') as provider_key,
  coalesce(p ->> 'productname', p ->> 'name') as name,
  coalesce(p ->> 'producttype', p ->> 'type') as product_type,
  p ->> 'productid' as provider_product_id,
  item as raw
from page
cross join lateral (select caravan.loose(item) as p offset 0) loose
