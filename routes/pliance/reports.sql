-- /ReportQuery -> screening_event. No ids: a row is what it says (contract section 5), so a row that is told twice is one.
select
  position,
  md5(concat_ws('|', activity, item ->> 'date', reference, item ->> 'details')) as provider_key,
  reference as provider_party_id,
  activity,
  caravan.strict_instant(item ->> 'date') as occurred_at,
  caravan.strict_instant(item ->> 'date') as watermark,
  nullif(item ->> 'details', '') as details,
  nullif(item ->> 'name', '') as name,
  item as raw
from page
cross join lateral (select coalesce(item ->> 'personReferenceId', item ->> 'companyReferenceId', item ->> 'referenceId') as reference,
  case item ->> 'activity' when '0' then 'Matched' else item ->> 'activity' end as activity) told
where context #>> '{own,multitenant}' = 'on'
  or starts_with(reference, (context #>> '{own,tenant}') || (context #>> '{settings,separator}'))
