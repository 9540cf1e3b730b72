-- /orgs/{org}/members/{member}/purses -> balance, as of the pull: a row a day, and its last change.
-- again: raw || jsonb_build_object('meta', jsonb_build_object('purseId', (select regexp_replace(a.provider_account_id, '^[^/]*/[^/]*/', '') from ledger.account a where a.account_id = self.account_id)))
select
  position,
  concat_ws('/', context #>> '{about,org}', context #>> '{about,member}', item #>> '{meta,purseId}') as account_key,
  to_char(caravan.now(), 'YYYY-MM-DD') as provider_key,
  jsonb_build_object('amount', item ->> 'balanceAsInteger') as content,
  caravan.now() as as_of,
  context #>> '{settings,currency}' as currency,
  -- a number or its text, in pence
  (item ->> 'balanceAsInteger')::bigint * 0.01 as current_amount,
  (item ->> 'balanceAsInteger')::bigint * 0.01 as available_amount,
  jsonb_build_object('balanceAsInteger', item -> 'balanceAsInteger') as raw
from page
