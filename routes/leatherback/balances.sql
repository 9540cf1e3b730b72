-- /accounts/{id}/balances -> balance. OBIE tells one entry a type; the account's balance is its booked one with its available one
-- beside it, the interim before the closing before the rest. All entries stay in raw. Amounts are unsigned: the indicator signs.
with stated as (
  select position, item, item ->> 'Type' as type, item ->> 'Type' like '%Available' as available,
    case item ->> 'CreditDebitIndicator' when 'Debit' then -1 when 'Credit' then 1 end * caravan.amount(item #>> '{Amount,Amount}') as signed,
    case when item ->> 'Type' like 'Interim%' then 1 when item ->> 'Type' like 'Closing%' then 2 else 3 end as rank,
    case jsonb_typeof(item -> 'CreditLine') when 'array' then item -> 'CreditLine' else '[]' end as lines
  from page)
select
  position,
  coalesce(item ->> 'DateTime', 'told') as provider_key,
  coalesce((item ->> 'DateTime')::timestamptz, caravan.now()) as as_of,
  item #>> '{Amount,Currency}' as currency,
  signed as current_amount,
  (select a.signed from stated a where a.available order by a.rank, a.position limit 1) as available_amount,
  (select sum(caravan.amount(line #>> '{Amount,Amount}')) from jsonb_array_elements(lines) l(line) where line ->> 'Type' = 'Pre-Agreed') as overdraft,
  (select sum(caravan.amount(line #>> '{Amount,Amount}')) from jsonb_array_elements(lines) l(line) where line ->> 'Type' = 'Credit') as credit_limit,
  type as balance_type,
  (select jsonb_agg(a.item order by a.position) from stated a) as raw
from (select *, row_number() over (order by available, rank, position) as best from stated) chosen
where best = 1
