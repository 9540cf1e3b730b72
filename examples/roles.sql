-- Run once by a superuser in the database of the store: a login that reads ledger and writes into schemas of its own.
-- Then set its password: \password analyst
create role analyst login in role caravan_reader;
create schema warehouse authorization analyst;
create schema analytics authorization analyst;
do $$
begin
  execute format('grant connect, temporary on database %I to analyst', current_database());
end $$;
