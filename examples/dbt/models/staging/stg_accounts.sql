-- Accounts that are there now.
select account_id, provider, connection_id, family, account_type, currency, display_name, status
from {{ source('ledger', 'account') }}
where removed_at is null
