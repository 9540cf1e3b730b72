-- What happened since this model was first built, in its order: the place in the feed for all models that follow it. It
-- begins with one line that is only a cursor, taken before any view is read, so that nothing can fall in between.
{{ config(materialized='incremental', unique_key='cursor', incremental_strategy='append') }}

{% if is_incremental() %}
select cursor, kind, row_id, op, at
from ledger.changes((select max(cursor collate "C") from {{ this }}), {{ var('changes') }})
{% else %}
select ledger.changes_from_now() as cursor, null::text as kind, null::bigint as row_id, null::text as op, now() as at
{% endif %}
