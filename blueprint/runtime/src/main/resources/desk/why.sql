-- why <transaction>: where a transaction came from and what happened to it: pull, page, request, versions, changes; other kinds as balance:123
with asked as materialized (
  select case when position(':' in w) > 0 then split_part(w, ':', 1) else 'transaction' end as kind,
    case when position(':' in w) > 0 then split_part(w, ':', 2) else w end::bigint as id
  from (select :transaction as w) given),
it as materialized (
  select kind, id, caravan.row_now(kind, id) as r,
    (select min(c.at) from caravan.changes_of(kind, id) c where c.op = 'insert' and c.pull_id is not null) as brought
  from asked)
select case when it.kind = 'transaction' then it.id end as transaction, it.kind || ':' || it.id as what, c.provider, c.id as connection,
  c.user_ref as user, a.id as account, a.provider_account_id as provider_account, r ->> 'provider_transaction_id' as provider_transaction,
  r ->> 'identity' as identity, r ->> 'status' as status, (r ->> 'booking_date')::date as booking_date, (r ->> 'amount')::numeric as amount,
  r ->> 'currency' as currency, date_trunc('second', (r ->> 'first_seen_at')::timestamptz) as first_seen,
  date_trunc('second', (r ->> 'changed_at')::timestamptz) as changed, date_trunc('second', (r ->> 'removed_at')::timestamptz) as removed,
  (r ->> 'settled_as')::bigint as settled_as, (r ->> 'pull_id')::bigint as pull, p.kind, date_trunc('second', p.started_at) as pulled,
  p.outcome, p.message,
  case when brought is null then 'the log of changes has no page that brought it: it is older, or its month is no longer kept' end as note,
  jsonb_pretty(r -> 'raw') as sent
from it
left join caravan.account a on a.id = case when it.kind = 'account' then it.id else (r ->> 'account_id')::bigint end
join caravan.connection c on c.id = coalesce((r ->> 'connection_id')::uuid, a.connection_id)
left join lateral (select * from caravan.pull_run p where p.pull_id = (r ->> 'pull_id')::bigint and p.connection_id = c.id
  order by p.kind like '%' || it.kind || '%' desc, p.kind limit 1) p on true
where r is not null
-- part: pages
with asked as materialized (
  select case when position(':' in w) > 0 then split_part(w, ':', 1) else 'transaction' end as kind,
    case when position(':' in w) > 0 then split_part(w, ':', 2) else w end::bigint as id
  from (select :transaction as w) given),
entry as (
  select c.*, asked.kind as of_kind, row_number() over (order by c.era, c.xid, c.seq) as nth, count(*) over () as many
  from asked, caravan.changes_of(asked.kind, asked.id) c where c.pull_id is not null)
select case e.nth when 1 then 'brought it' else 'changed it last' end as page, date_trunc('second', e.at) as at, e.pull_id as pull,
  p.request, p.endpoint, case when p.attended then 'a present user' else 'the schedule' end as caused_by, p.correlation_id as call,
  m.file || ' ' || m.version as mapping, p.route,
  coalesce(case when d.own then 'own file of the installation' else 'as shipped' end
    || ', live since ' || date_trunc('second', d.since), 'not in the log of deployments') as version, p.software
from entry e
join caravan.connection n on n.id = e.connection_id
left join lateral (
  select p.* from caravan.stored_page p where (p.era, p.xid, p.at) = (e.era, e.xid, e.at)
  order by exists (select from jsonb_array_elements(p.mappings) m where m ->> 'kind' = e.of_kind) desc, p.id limit 1) p on true
left join lateral (
  select m ->> 'file' as file, m ->> 'version' as version from jsonb_array_elements(p.mappings) m where m ->> 'kind' = e.of_kind limit 1) m on true
left join lateral (
  select min(d.at) as since, bool_or((d.files -> m.file ->> 'own')::boolean) as own from caravan.deployment d
  where d.provider = n.provider and d.outcome = 'live' and d.route = p.route and d.files -> m.file ->> 'version' = m.version
  having count(*) > 0) d on true
where e.nth = 1 or e.nth = e.many
order by e.nth
-- part: remaps
with asked as materialized (
  select case when position(':' in w) > 0 then split_part(w, ':', 1) else 'transaction' end as kind,
    case when position(':' in w) > 0 then split_part(w, ':', 2) else w end::bigint as id
  from (select :transaction as w) given)
select date_trunc('second', c.at) as at, m.who, b.file || ' ' || b.version_was || ' -> ' || b.version as mapping, m.id as remap
from asked
cross join lateral caravan.changes_of(asked.kind, asked.id) c
join caravan.remap_batch b on (b.era, b.xid) = (c.era, c.xid)
join caravan.remap_run m on m.id = b.remap_id
where c.pull_id is null
order by c.era, c.xid, c.seq
-- part: changes
with asked as materialized (
  select case when position(':' in w) > 0 then split_part(w, ':', 1) else 'transaction' end as kind,
    case when position(':' in w) > 0 then split_part(w, ':', 2) else w end::bigint as id
  from (select :transaction as w) given)
select date_trunc('second', h.at) as at, h.op, case when d.key is null then h.column_name else 'raw.' || d.key end as column,
  coalesce(d.was, h.was) #>> '{}' as was, case when d.key is null then h.became else d.became end #>> '{}' as became, h.pull_id as pull,
  (select min(p.request) from caravan.change c join caravan.stored_page p on (p.era, p.xid, p.at) = (c.era, c.xid, c.at)
   where c.kind = asked.kind and c.at = h.at and c.pull_id = h.pull_id
     and (c.row_id = asked.id or c.block = asked.id / 1024 and asked.id = any (c.row_ids))) as request
from asked
cross join lateral (select x.*, row_number() over () as nth from ledger.history(asked.kind, asked.id) x) h
left join lateral (
  select key, b.value as was, n.value as became
  from jsonb_each(case when jsonb_typeof(h.was) = 'object' then h.was else '{}' end) b
  full join jsonb_each(case when jsonb_typeof(h.became) = 'object' then h.became else '{}' end) n using (key)
  where b.value is distinct from n.value) d on h.column_name = 'raw'
order by h.nth, d.key
