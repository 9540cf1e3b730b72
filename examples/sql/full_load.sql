-- Loads everything, and where to go on from. Run it once, and again whenever follow.sql says that its cursor is too old.
begin;

-- a reader of version 1 stops at another one, before it loads something that means something else
do $$
begin
  if (select version from ledger.promise) <> 1 then
    raise exception 'these files read version 1 of the promise, the store keeps version %', (select version from ledger.promise);
  end if;
end $$;

-- AT THE STORE: the cursor first, the views after it. What changes in between comes twice, nothing is missed
insert into warehouse.feed (name, cursor)
select name, ledger.changes_from_now() from unnest(array['warehouse', 'history']) name
on conflict (name) do update set cursor = excluded.cursor, moved_at = now();

truncate warehouse.account, warehouse.transaction, warehouse.account_version;

insert into warehouse.account
select account_id, provider, connection_id, currency, display_name, status, removed_at from ledger.account;

insert into warehouse.transaction
select transaction_id, account_id, status, booking_date, amount, currency, description, removed_at from ledger.transaction;

commit;
