-- What every account was, and when (a slowly changing dimension): from the log, so that no state between two runs is lost.
-- Follows the feed with a cursor of its own. An account that changed is told anew as a whole, so that words that were
-- erased since are erased here as well.
begin;

select cursor from warehouse.feed where name = 'history' for update;

-- AT THE STORE
create temporary table told on commit drop as
select c.cursor, case c.kind when 'account' then c.row_id end as account_id
from warehouse.feed f cross join lateral ledger.changes(f.cursor, 10000) c
where f.name = 'history'
union all
select '', a.account_id from ledger.account a
where not exists (select from warehouse.account_version v where v.account_id = a.account_id);

-- AT THE STORE
create temporary table past on commit drop as
select t.account_id, h.at, h.op, h.cursor, h.column_name, h.was
from (select distinct account_id from told where account_id is not null) t
cross join lateral ledger.history('account', t.account_id) h;

delete from warehouse.account_version v using told t where v.account_id = t.account_id;

-- the value of a column after a change is what the next change of it says it was, else what it is now
insert into warehouse.account_version
select v.account_id, v.cursor, v.at, lead(v.at) over (partition by v.account_id order by v.cursor collate "C"), v.op,
  coalesce(name.was, to_jsonb(a.display_name)) #>> '{}', coalesce(status.was, to_jsonb(a.status)) #>> '{}'
from (select distinct account_id, at, op, cursor from past) v
join ledger.account a on a.account_id = v.account_id
left join lateral (
  select p.was from past p
  where p.account_id = v.account_id and p.column_name = 'display_name' and p.cursor > v.cursor collate "C"
  order by p.cursor collate "C" limit 1) name on true
left join lateral (
  select p.was from past p
  where p.account_id = v.account_id and p.column_name = 'status' and p.cursor > v.cursor collate "C"
  order by p.cursor collate "C" limit 1) status on true;

update warehouse.feed set cursor = (select max(cursor collate "C") from told), moved_at = now()
where name = 'history' and exists (select from told where cursor <> '');

select count(*) as told from told;

commit;
