-- /cards -> account of family card. Contract 3.3; only the last four digits of a card ever arrive.
select
  position,
  item ->> 'account_id' as provider_key,
  item - array['update_timestamp'] as content,
  item ->> 'account_id' as provider_account_id,
  'card' as family,
  item ->> 'card_type' as account_type,
  item ->> 'currency' as currency,
  item ->> 'display_name' as display_name,
  item ->> 'name_on_card' as holder_name,
  item ->> 'partial_card_number' as masked_pan,
  item ->> 'card_network' as card_network,
  item #>> '{provider,provider_id}' as institution,
  item as raw
from page
