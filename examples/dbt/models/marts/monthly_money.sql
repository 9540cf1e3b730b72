-- Money in and out by account, month and currency. Booked rows only; negative is money out.
select t.account_id, t.provider, date_trunc('month', t.booking_date)::date as month, t.currency,
  count(*) as transactions,
  coalesce(sum(t.amount) filter (where t.direction = 'credit'), 0) as money_in,
  coalesce(sum(t.amount) filter (where t.direction = 'debit'), 0) as money_out,
  sum(t.amount) as net
from {{ ref('stg_transactions') }} t
where t.status = 'booked' and t.removed_at is null and t.booking_date is not null
group by 1, 2, 3, 4
