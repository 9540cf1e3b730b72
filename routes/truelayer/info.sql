-- /info -> holder. Only full_name is to be relied on (contract 3.3).
select
  position,
  'holder' as provider_key,
  item - array['update_timestamp'] as content,
  item ->> 'full_name' as full_name,
  item as raw
from page
