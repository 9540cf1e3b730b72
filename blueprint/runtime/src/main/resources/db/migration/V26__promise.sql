-- The promise says its version, the feed how far it is complete, and logical readers find a publication.

-- ---------------------------------------------------------------- the promise

create table caravan.promise (
  only_row boolean primary key default true,
  version int not null,
  since timestamptz not null default caravan.now(),
  software text,
  migrated_at timestamptz not null default caravan.now(),
  constraint promise_is_one_row check (only_row)
);
comment on table caravan.promise is 'Which promise the views of schema ledger keep; one row. A migration that takes away, retypes or moves a promised column raises the version and sets since.';
comment on column caravan.promise.only_row is 'Keeps it one row.';
comment on column caravan.promise.version is 'The major version of the promise.';
comment on column caravan.promise.since is 'Since when this store keeps that version.';
comment on column caravan.promise.software is 'The version of Caravan that brought the store to its shape.';
comment on column caravan.promise.migrated_at is 'When it did.';
insert into caravan.promise (version) values (1);

create view ledger.promise as
select p.version, p.since,
  (select m.version::int from caravan.migration m where m.success and m.version is not null order by m.installed_rank desc limit 1)
    as schema_version,
  p.software, p.migrated_at
from caravan.promise p;
comment on view ledger.promise is 'One row: which promise these views keep. A reader that was written for version 1 stops where version is another; inside a version columns are only added, at the end.';
comment on column ledger.promise.version is 'The major version of the promise; it moves only when a column is removed, renamed, retyped or moved.';
comment on column ledger.promise.since is 'Since when this store keeps that version.';
comment on column ledger.promise.schema_version is 'The last migration, for who reports a fault.';
comment on column ledger.promise.software is 'The version of Caravan that brought the store to its shape.';
comment on column ledger.promise.migrated_at is 'When it did.';

-- ---------------------------------------------------------------- how far the feed is complete

create table caravan.heartbeat (
  only_row boolean primary key default true,
  at timestamptz not null default caravan.now(),
  node text,
  every interval not null default '30 s',
  open_era int not null default 0,
  open_xid xid8 not null default '0',
  open_at timestamptz not null default caravan.now(),
  settled_at timestamptz not null default caravan.now(),
  constraint heartbeat_is_one_row check (only_row)
) with (fillfactor = 50);
comment on table caravan.heartbeat is 'One row that a running node writes every so often, so that silence means that nothing happened, and the slot of a logical reader moves on.';
comment on column caravan.heartbeat.only_row is 'Keeps it one row.';
comment on column caravan.heartbeat.at is 'The last beat.';
comment on column caravan.heartbeat.node is 'The node that wrote it.';
comment on column caravan.heartbeat.every is 'How often it is written.';
comment on column caravan.heartbeat.open_era is 'The era of open_xid.';
comment on column caravan.heartbeat.open_xid is 'The transaction of a beat; once all before it are over, the feed is complete up to that beat.';
comment on column caravan.heartbeat.open_at is 'When that beat was.';
comment on column caravan.heartbeat.settled_at is 'The last beat that was found to have nothing open before it.';
insert into caravan.heartbeat default values;

create function caravan.beat(of_node text, how_often interval) returns void language sql as $$
  with settled as (
    select h.open_era < e.n or h.open_xid < pg_snapshot_xmin(pg_current_snapshot()) as is_so, e.n as era
    from caravan.heartbeat h, caravan.era e)
  update caravan.heartbeat h set at = caravan.now(), node = of_node, every = how_often,
    settled_at = case when s.is_so then h.open_at else h.settled_at end,
    open_at = case when s.is_so then caravan.now() else h.open_at end,
    open_xid = case when s.is_so then pg_current_xact_id() else h.open_xid end,
    open_era = case when s.is_so then s.era else h.open_era end
  from settled s
  where h.at not between caravan.now() - how_often * 0.9 and caravan.now()
$$;
comment on function caravan.beat(text, interval) is 'Writes the heartbeat where its time has come: of several nodes one does. A beat that has something open before it is kept until that is over, so that the horizon always finds one.';

create function ledger.changes_horizon() returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp
return (
  select case
    -- a standby does not know what it has yet to replay: there a beat that came through says how far it is
    when pg_snapshot_xmin(s.now) = pg_snapshot_xmax(s.now) and not pg_is_in_recovery() then caravan.now()
    when h.open_era < e.n or h.open_xid < pg_snapshot_xmin(s.now) then h.open_at
    else h.settled_at end
  from caravan.heartbeat h, caravan.era e, (select pg_current_snapshot() as now) s);
comment on function ledger.changes_horizon() is 'Whatever was committed before this instant is told by ledger.changes. It is now while nobody writes, else, and on a standby, a heartbeat from before the oldest transaction that is still open.';

create view ledger.heartbeat as
select h.at, h.node, extract(epoch from h.every)::int as every_seconds, ledger.changes_horizon() as changes_complete_until
from caravan.heartbeat h;
comment on view ledger.heartbeat is 'One row, written anew every so often by a running node: where it moves and ledger.changes is silent, nothing happened; where it stands still, no node runs.';
comment on column ledger.heartbeat.at is 'The last beat.';
comment on column ledger.heartbeat.node is 'The node that wrote it.';
comment on column ledger.heartbeat.every_seconds is 'How often it is written; when at is older than three times that, no node runs.';
comment on column ledger.heartbeat.changes_complete_until is 'ledger.changes_horizon(): whatever was committed before is told by ledger.changes.';

-- ---------------------------------------------------------------- for logical readers

create function caravan.kinds() returns setof text language sql stable as $$
  select table_name::text from information_schema.columns
  where table_schema = 'caravan' and column_name in ('identity', 'digest', 'changed_xid', 'removed_at')
  group by 1 having count(*) = 4 order by 1
$$;
comment on function caravan.kinds() is 'The tables of canonical records; each has a log of changes, and its rows may be published.';

create function caravan.publish() returns text language plpgsql as $$
declare
  wanted text[] := array(select * from caravan.kinds() union select 'heartbeat' order by 1);
begin
  perform pg_advisory_xact_lock(hashtext('caravan.publish'));
  if not exists (select from pg_publication where pubname = 'caravan_changes') then
    create publication caravan_changes;
    comment on publication caravan_changes is 'For Debezium and other logical readers: the canonical records and the heartbeat, nothing that is secret.';
  end if;
  if wanted is distinct from array(
      select tablename::text from pg_publication_tables where pubname = 'caravan_changes' and schemaname = 'caravan' order by 1) then
    execute 'alter publication caravan_changes set table '
      || (select string_agg(format('caravan.%I', name), ', ') from unnest(wanted) name);
  end if;
  return null;
exception when insufficient_privilege then
  return sqlerrm;
end $$;
comment on function caravan.publish() is 'Keeps the publication caravan_changes over every kind of record and the heartbeat, called at each start; null, or why this login may not.';

-- ---------------------------------------------------------------- for the reader

-- a view's functions run as who asks: this one looks into tables that a reader may not see
alter function caravan.organization_depth(bigint) security definer set search_path = pg_catalog, pg_temp;

-- A reader may call the functions of ledger where the database takes that right from everybody.
do $$
begin
  if exists (select from pg_roles where rolname = 'caravan_reader') then
    grant execute on all functions in schema ledger to caravan_reader;
    alter default privileges in schema ledger grant execute on functions to caravan_reader;
  end if;
end $$;
