-- Fails with months whose signs do not agree with the promise: negative is money out.
select * from {{ ref('monthly_money') }} where money_out > 0 or money_in < 0 or net <> money_in + money_out
