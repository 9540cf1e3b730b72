-- Settled and pending transactions -> transaction. context.part.status is pending for the pending set.
-- Direction: contract 3.4. Identity: contract 4.5, transaction_id is volatile and never a key. A bank that begins to give ids, or
-- better ones, keeps its rows: former_key and former_fingerprint are what a record was known by until then.
-- Dates: the booking date is the date part as written; what does not parse stays null with an anomaly (ruling 8).
select
  position,
  coalesce('n:' || normalised, 'p:' || plain) as provider_key,
  concat_ws('|', left(item ->> 'timestamp', 10), signed, item ->> 'currency', item ->> 'description') as fingerprint,
  case when normalised is not null then 'p:' || plain end as former_key,
  case when coalesce(normalised, plain) is not null
    then concat_ws('|', left(item ->> 'timestamp', 10), signed, item ->> 'currency', item ->> 'description') end as former_fingerprint,
  item - array['transaction_id'] as content,
  coalesce(context #>> '{part,status}', 'booked') as status,
  coalesce(normalised, plain) as provider_transaction_id,
  at as booked_at,
  case when at is not null then left(item ->> 'timestamp', 10)::date end as booking_date,
  signed as amount,
  item ->> 'currency' as currency,
  case when signed < 0 or signed = 0 and type = 'DEBIT' then 'debit' else 'credit' end as direction,
  (item #>> '{running_balance,amount}')::numeric as running_balance,
  item ->> 'description' as description,
  item ->> 'merchant_name' as merchant_name,
  coalesce(nullif(item #>> '{meta,counter_party_preferred_name}', ''), nullif(item #>> '{meta,debtor_account_name}', ''),
           nullif(item #>> '{meta,provider_merchant_name}', '')) as counterparty_name,
  item #>> '{meta,counter_party_iban}' as counterparty_account,
  item ->> 'transaction_category' as category,
  case when jsonb_typeof(item -> 'transaction_classification') = 'array'
       then nullif(concat_ws(' > ', item #>> '{transaction_classification,0}', item #>> '{transaction_classification,1}'), '') end
    as classification,
  nullif(concat_ws(', ',
    case when card and type is not null and amount * usual < 0 and type = 'DEBIT'
           or card and type is not null and amount * usual > 0 and type = 'CREDIT'
           or not card and amount > 0 and type = 'DEBIT'
           or not card and amount < 0 and type = 'CREDIT' then 'SIGN_TYPE_CONFLICT' end,
    case when at is null then 'UNPARSABLE_TIMESTAMP' end), '') as anomaly,
  caravan.masked(item, '{meta,cardNumber}') as raw
from page
-- offset 0: each of these is worked out once a record, not once for each of its uses
cross join lateral (
  select caravan.instant(item ->> 'timestamp') as at, upper(item ->> 'transaction_type') as told_type,
    nullif(item ->> 'normalised_provider_transaction_id', '') as normalised, nullif(item ->> 'provider_transaction_id', '') as plain offset 0
) read
cross join lateral (
  select (item ->> 'amount')::numeric as amount,
    case when told_type in ('DEBIT', 'CREDIT') then told_type end as type,
    context ->> 'family' = 'card' as card,
    -- 1 where a card's purchase is positive, as TrueLayer documents; -1 for the banks that do it the other way
    case when context ->> 'family' = 'card' and context ->> 'institution' = any (string_to_array(context #>> '{settings,card.negative}', ' ')) then -1 else 1 end as usual
  offset 0
) told
cross join lateral (
  select case
    when not card and type = 'DEBIT' then -abs(amount)
    when not card then amount
    when type = 'DEBIT' then -abs(amount)
    when type = 'CREDIT' then abs(amount)
    else -amount * usual end as signed
  offset 0
) direction
