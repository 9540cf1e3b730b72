-- Transactions as last told, tombstones with removed_at. Built whole once; then each run takes the rows that the feed told
-- since, each once, as they are now. The cursor travels in the rows: a run that dies leaves it where it was.
{{ config(materialized='incremental', unique_key='transaction_id', incremental_strategy='delete+insert') }}

with told as (
{% if is_incremental() %}
  select row_id, max(cursor collate "C") as feed_cursor from {{ ref('stg_changes') }}
  where kind = 'transaction' and cursor > (select max(feed_cursor collate "C") from {{ this }}) collate "C"
  group by row_id
{% else %}
  select transaction_id as row_id, (select max(cursor collate "C") from {{ ref('stg_changes') }}) as feed_cursor
  from {{ source('ledger', 'transaction') }}
{% endif %}
)
select t.transaction_id, t.account_id, t.provider, t.status, t.booking_date, t.booked_at, t.amount, t.currency, t.direction,
  t.description, t.merchant_name, t.category, t.removed_at, told.feed_cursor
from told
join {{ source('ledger', 'transaction') }} t on t.transaction_id = told.row_id
