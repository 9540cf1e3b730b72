-- Fails with the rows that the staging model lacks or has too many, as far as the feed was complete when it ran.
select transaction_id, amount, removed_at is null as lives from {{ source('ledger', 'transaction') }}
where changed_at < (select changes_complete_until - interval '1 hour' from {{ source('ledger', 'heartbeat') }})
except
select transaction_id, amount, removed_at is null from {{ ref('stg_transactions') }}
