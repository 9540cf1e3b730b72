-- /accounts -> account. Contract 4.3 (both shapes, fields in any spelling), 9 (identifications). An account whose id changed
-- is found again by account.match (2.6). A card number is kept as its last four digits only.
with told as (
  select position, item, context, a, id.*
  from page
  cross join lateral (select caravan.loose(item) as a offset 0) loose
  cross join lateral (
    select max(name) as holder_name,
      max(left(written, 6)) filter (where scheme like '%sortcodeaccountnumber' and written ~ '^\d{14}$') as sort_code,
      max(right(written, 8)) filter (where scheme like '%sortcodeaccountnumber' and written ~ '^\d{14}$') as account_number,
      coalesce(max(substring(written from 'IBAN\s*:\s*([A-Z]{2}[0-9]{2}[A-Z0-9]{4,30})')),
               max(translate(written, ' ', '')) filter (where scheme like '%iban')) as iban,
      max(substring(written from 'BIC\s*:\s*([A-Z0-9]{8}(?:[A-Z0-9]{3})?)')) as bic,
      max(written) filter (where scheme like '%pan') as pan
    from (
      select lower(coalesce(i ->> 'schemename', '')) as scheme, i ->> 'identification' as written, i ->> 'name' as name
      from jsonb_array_elements(case jsonb_typeof(a -> 'account')
        when 'array' then a -> 'account' when 'object' then jsonb_build_array(a -> 'account') else jsonb_build_array(a) end) i
    ) one
    offset 0) id
)
select
  position,
  a ->> 'accountid' as provider_key,
  a ->> 'accountid' as provider_account_id,
  'account' as family,
  a ->> 'accountsubtype' as account_type,
  a ->> 'currency' as currency,
  a ->> 'nickname' as display_name,
  holder_name,
  iban,
  sort_code,
  account_number,
  bic,
  right(pan, 4) as masked_pan,
  nullif(context ->> 'institution', '') as institution,
  case when pan is null then item else replace(item::text, pan, '************' || right(pan, 4))::jsonb end as raw
from told
