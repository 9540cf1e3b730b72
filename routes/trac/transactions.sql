-- /orgs/{org}/transactions -> transaction. context.kind is the pass: sales or topups.
-- Home: a row carries no organization and parents repeat their children's rows, so the purse is found by the member (ruling 2).
-- Sign: as received; refunds are in both passes, so the pass says nothing of it.
select
  position,
  item #>> '{meta,transactionId}' as provider_key,
  concat_ws('/', coalesce(home.org, context #>> '{about,org}'), item #>> '{meta,memberId}', item #>> '{meta,purseId}') as account_key,
  item #>> '{meta,transactionId}' as provider_transaction_id,
  'booked' as status,
  -- no zone means UTC; what does not parse is rejected (ruling 8)
  caravan.strict_instant(item #>> '{meta,createdAt}') as booked_at,
  left(item #>> '{meta,createdAt}', 10)::date as booking_date,
  pence * 0.01 as amount,
  context #>> '{settings,currency}' as currency,
  case when pence < 0 then 'debit' else 'credit' end as direction,
  case context ->> 'kind' when 'sales' then 'SALE' else 'TOPUP' end as category,
  item #> '{meta,tags}' as origin,
  coalesce(jsonb_exists(item #> '{meta,tags}', nullif(context #>> '{settings,tag}', '')), false) as is_loopback,
  -- who it was is in ledger.party; a child's name is not kept with every meal
  item #- '{meta,memberDetails,mis}' as raw
from page
cross join lateral (select (item ->> 'amountAsInteger')::bigint as pence) told
left join lateral (
  select p.provider_organization_id as org from ledger.party p
  where p.connection_id = (context ->> 'connection')::uuid and p.provider_party_id = item #>> '{meta,memberId}'
  order by p.removed_at desc nulls first limit 1) home on true
