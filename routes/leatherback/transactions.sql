-- /accounts/{id}/transactions -> transaction. One answer tells booked and pending rows: context.part.status is pending for the
-- pending set. A rejected row moved no money and is not kept. A date that does not parse refuses its row (ruling 8).
-- Identity: TransactionId where ids are stable, else what does not change of the row, with an ordinal among equals.
select
  position,
  case when stable then 'i:' || nullif(item ->> 'TransactionId', '') end as provider_key,
  concat_ws('|', status, item ->> 'BookingDateTime', item #>> '{Amount,Amount}', item #>> '{Amount,Currency}',
    item ->> 'CreditDebitIndicator', item ->> 'TransactionReference', item ->> 'TransactionInformation') as fingerprint,
  case when stable then item else item - 'TransactionId' end as content,
  status,
  nullif(item ->> 'TransactionId', '') as provider_transaction_id,
  caravan.instant(item ->> 'BookingDateTime') as booked_at,
  coalesce(caravan.as_date(item ->> 'BookingDateTime')::text, item ->> 'BookingDateTime', 'no booking date')::date as booking_date,
  case when item ->> 'ValueDateTime' not like '0001-01-01%' then coalesce(caravan.as_date(item ->> 'ValueDateTime')::text, item ->> 'ValueDateTime')::date end
    as value_date,
  case when status = 'booked' then caravan.instant(item ->> 'BookingDateTime') end as watermark,
  case when debit then -amount else amount end as amount,
  item #>> '{Amount,Currency}' as currency,
  lower(item ->> 'CreditDebitIndicator') as direction,
  case item #>> '{Balance,CreditDebitIndicator}' when 'Debit' then -1 else 1 end * caravan.amount(item #>> '{Balance,Amount,Amount}')
    as running_balance,
  coalesce(nullif(item ->> 'TransactionInformation', ''), item ->> 'TransactionReference') as description,
  item #>> '{MerchantDetails,MerchantName}' as merchant_name,
  coalesce(item #>> array[other || 'Account', 'Name'], item #>> array[other || 'Agent', 'Name']) as counterparty_name,
  item #>> array[other || 'Account', 'Identification'] as counterparty_account,
  coalesce(item #>> '{ProprietaryBankTransactionCode,Code}', item #>> '{BankTransactionCode,Code}') as category,
  nullif(concat_ws(' > ', item #>> '{BankTransactionCode,Code}', item #>> '{BankTransactionCode,SubCode}'), '') as classification,
  coalesce(item ->> 'TransactionMutability', '') = 'Mutable' as is_mutable,
  item as raw
from page
-- offset 0: each of these is worked out once a record, not once for each of its uses
cross join lateral (
  select lower(item ->> 'Status') as status, caravan.amount(item #>> '{Amount,Amount}') as amount,
    item ->> 'CreditDebitIndicator' = 'Debit' as debit,
    case item ->> 'CreditDebitIndicator' when 'Debit' then 'Creditor' else 'Debtor' end as other,
    coalesce(context #>> '{settings,transaction.ids}', 'stable') = 'stable' as stable offset 0
) read
where case coalesce(context #>> '{part,status}', 'booked')
  when 'pending' then status = 'pending' else status is null or status not in ('pending', 'rejected') end
