-- Brings the warehouse up to date: run it every minute, or again and again until it tells 0. Rows and cursor move in one
-- transaction, so that it may die anywhere and be run again; two at once wait for each other.
begin;

select cursor from warehouse.feed where name = 'warehouse' for update;

-- AT THE STORE: the next changes in their order. A cursor that is too old is an error here, never a gap
create temporary table told on commit drop as
select c.cursor, c.kind, c.row_id, c.op
from warehouse.feed f cross join lateral ledger.changes(f.cursor, 10000) c
where f.name = 'warehouse';

-- AT THE STORE: the rows as they are now, each once, however often it changed. A tombstone is a row with removed_at; an
-- erased row comes with its texts gone, which overwrites ours
insert into warehouse.account as w
select a.account_id, a.provider, a.connection_id, a.currency, a.display_name, a.status, a.removed_at
from (select distinct row_id from told where kind = 'account') t join ledger.account a on a.account_id = t.row_id
on conflict (account_id) do update set provider = excluded.provider, connection_id = excluded.connection_id,
  currency = excluded.currency, display_name = excluded.display_name, status = excluded.status, removed_at = excluded.removed_at
where w is distinct from excluded;

insert into warehouse.transaction as w
select x.transaction_id, x.account_id, x.status, x.booking_date, x.amount, x.currency, x.description, x.removed_at
from (select distinct row_id from told where kind = 'transaction') t join ledger.transaction x on x.transaction_id = t.row_id
on conflict (transaction_id) do update set account_id = excluded.account_id, status = excluded.status,
  booking_date = excluded.booking_date, amount = excluded.amount, currency = excluded.currency,
  description = excluded.description, removed_at = excluded.removed_at
where w is distinct from excluded;

update warehouse.feed set cursor = (select max(cursor collate "C") from told), moved_at = now()
where name = 'warehouse' and exists (select from told);

select count(*) as told from told;

commit;
