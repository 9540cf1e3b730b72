-- /accounts/{id}/balance and /cards/{id}/balance -> balance. On a card, current is what is owed (contract 3.3, 11).
-- Numbers may come as text; a missing available is null, not 0.
select
  position,
  coalesce(item ->> 'update_timestamp', 'told') as provider_key,
  coalesce(caravan.instant(item ->> 'update_timestamp'), caravan.now()) as as_of,
  coalesce(item ->> 'currency', context ->> 'currency') as currency,
  case when card then -(item ->> 'current')::numeric else (item ->> 'current')::numeric end as current_amount,
  (item ->> 'available')::numeric as available_amount,
  (item ->> 'overdraft')::numeric as overdraft,
  (item ->> 'credit_limit')::numeric as credit_limit,
  case when card then (item ->> 'current')::numeric end as owed_amount,
  item as raw
from page, lateral (select context ->> 'family' = 'card' as card) account
