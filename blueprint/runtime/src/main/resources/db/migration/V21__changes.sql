-- What happens to rows: one log of all kinds, the pages that brought it, and the versions that were live.

create table caravan.era (
  n int not null default 1,
  since timestamptz not null default caravan.now(),
  cut_era int not null default 0,
  cut_xid xid8 not null default '0',
  cut_seq bigint not null default 0,
  one boolean primary key default true check (one)
);
comment on table caravan.era is 'One row: how often the store moved to a server that counts transactions from the start again, as a restored dump does.';
comment on column caravan.era.n is 'The era at hand; part of the order of changes, since numbers of transactions are comparable inside one era only.';
comment on column caravan.era.since is 'When it began.';
comment on column caravan.era.cut_era is 'The last entry of caravan.change that was dropped for its age: its era. A reader that had not come so far has missed something.';
comment on column caravan.era.cut_xid is 'Its transaction.';
comment on column caravan.era.cut_seq is 'Its number.';
insert into caravan.era default values;

create function caravan.current_era() returns int language sql stable return (select n from caravan.era);
comment on function caravan.current_era() is 'The era at hand.';

create sequence caravan.change_seq;

create table caravan.change (
  era int not null default caravan.current_era(),
  xid xid8 not null default pg_current_xact_id(),
  seq bigint not null default nextval('caravan.change_seq'),
  at timestamptz not null default caravan.now(),
  connection_id uuid not null,
  kind text not null,
  op text not null,
  row_id bigint,
  block bigint,
  row_ids bigint[],
  was jsonb,
  pull_id bigint,
  constraint change_is_told_once primary key (era, xid, seq, at),
  constraint change_op_is_known check (op in ('insert', 'update', 'delete', 'erase')),
  constraint change_is_of_a_row_or_of_rows_of_a_block check
    ((row_id is null) = (row_ids is not null) and (row_id is null) = (block is not null)),
  constraint change_of_values_is_of_one_row check (was is null or op = 'update' and row_id is not null)
) partition by range (at);
alter sequence caravan.change_seq owned by caravan.change.seq;
comment on table caravan.change is 'All that happened to rows of every kind, written by the statement that did it and never changed but to erase. Rows that met the same fate at once are one entry a block of 1,024 ids, so that a page of 500 new rows costs one or two entries.';
comment on column caravan.change.era is 'Which count of transactions xid is of, see caravan.era.';
comment on column caravan.change.xid is 'The transaction. Below pg_snapshot_xmin(pg_current_snapshot()) all are over, so a reader that stays below it can miss none.';
comment on column caravan.change.seq is 'The order inside a transaction.';
comment on column caravan.change.at is 'When the transaction began; entries are kept in parts by month of it.';
comment on column caravan.change.kind is 'The table of the row, caravan.KIND and view ledger.KIND.';
comment on column caravan.change.op is 'insert, update (also a row that came back), delete (it has a tombstone now), erase (its texts are gone too).';
comment on column caravan.change.row_id is 'The row, where it is one.';
comment on column caravan.change.block is 'id / 1024 of the rows, where they are told together.';
comment on column caravan.change.row_ids is 'The rows, where they are told together.';
comment on column caravan.change.was is 'Of an update the columns that changed, with what they were; null where it was erased. A payload is in it only as masked as it was stored.';
comment on column caravan.change.pull_id is 'The pull that did it; null where it was none.';
create index change_of_row on caravan.change (kind, row_id) where row_id is not null;
create index change_of_block on caravan.change (kind, block) where block is not null;
create index change_to_erase on caravan.change (connection_id) where was is not null;
create table caravan.change_rest partition of caravan.change default;
comment on table caravan.change_rest is 'Entries of months that have no part yet; they move when it is made.';

create function caravan.settle_era() returns void language sql as $$
  update caravan.era set n = n + 1, since = caravan.now()
  where n = (select c.era from caravan.change c order by c.era desc, c.xid desc limit 1)
    and (select c.xid from caravan.change c order by c.era desc, c.xid desc limit 1) > pg_current_xact_id()
$$;
comment on function caravan.settle_era() is 'Begins an era where the log knows transactions that this server has yet to come to; called before any route starts.';

create sequence caravan.stored_page_id;

create table caravan.stored_page (
  id bigint not null default nextval('caravan.stored_page_id'),
  era int not null default caravan.current_era(),
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default caravan.now(),
  connection_id uuid not null,
  pull_id bigint not null,
  kind text not null,
  endpoint text not null,
  account text not null,
  request text,
  correlation_id uuid,
  attended boolean not null,
  mappings jsonb not null,
  route text not null,
  software text not null,
  constraint stored_page_is_told_once primary key (era, xid, id, at)
) partition by range (at);
alter sequence caravan.stored_page_id owned by caravan.stored_page.id;
comment on table caravan.stored_page is 'A page that changed something: what was asked and by which versions it was read. Its changes are those of caravan.change with the same era, transaction and instant.';
comment on column caravan.stored_page.kind is 'What the call was about, as the run record and the budget name it.';
comment on column caravan.stored_page.endpoint is 'The endpoint as a template.';
comment on column caravan.stored_page.account is 'The account or row that was asked about, as the provider names it; - where none.';
comment on column caravan.stored_page.request is 'Method and path as asked, nothing secret; null where it was erased.';
comment on column caravan.stored_page.correlation_id is 'The call in caravan.call and in the log.';
comment on column caravan.stored_page.attended is 'Whether a present user caused it.';
comment on column caravan.stored_page.mappings is 'The mappings that read it: kind, file and version, the first eight digits of the SHA-256 of the file.';
comment on column caravan.stored_page.route is 'The version of the route files and answers.properties together.';
comment on column caravan.stored_page.software is 'The version of Caravan.';
create index stored_page_of_connection on caravan.stored_page (connection_id);
create table caravan.stored_page_rest partition of caravan.stored_page default;
comment on table caravan.stored_page_rest is 'Pages of months that have no part yet; they move when it is made.';

create table caravan.deployment (
  id bigint generated always as identity primary key,
  at timestamptz not null default caravan.now(),
  node text not null,
  provider text not null,
  outcome text not null,
  route text not null,
  settings text not null,
  files jsonb not null,
  software text not null,
  reason text,
  constraint deployment_outcome_is_known check (outcome in ('live', 'refused'))
);
comment on table caravan.deployment is 'When a version of a provider went live on a node, or was refused and why. Kept for good: some rows a release.';
comment on column caravan.deployment.route is 'The version of the route files and answers.properties together, as in caravan.stored_page.';
comment on column caravan.deployment.settings is 'The version of its settings, the secret ones left out.';
comment on column caravan.deployment.files is 'Its files by name: version, and whether it is the installation''s own (an override) or shipped.';
comment on column caravan.deployment.reason is 'Why it was refused, in one line.';
create index deployment_by_provider on caravan.deployment (provider, at);

-- ---------------------------------------------------------------- parts by month

create function caravan.cut(part text, before timestamptz) returns void language plpgsql as $$
declare
  past record;
begin
  execute format('select era, xid, seq from caravan.%I where at < $1 order by era desc, xid desc, seq desc limit 1', part)
    into past using before;
  if past.era is not null then
    update caravan.era set cut_era = past.era, cut_xid = past.xid, cut_seq = past.seq
    where (cut_era, cut_xid, cut_seq) < (past.era, past.xid, past.seq);
  end if;
end $$;
comment on function caravan.cut(text, timestamptz) is 'Remembers the last entry of a part of caravan.change that is about to go.';

create function caravan.keep_parts(months int) returns void language plpgsql as $$
declare
  parent text;
  part text;
  this_month timestamp := date_trunc('month', caravan.now() at time zone 'UTC');
  since timestamptz;
  until timestamptz;
  oldest timestamptz := (this_month - make_interval(months => months)) at time zone 'UTC';
begin
  if not pg_try_advisory_xact_lock(hashtext('caravan.keep_parts')) then
    return;
  end if;
  perform set_config('lock_timeout', '2s', true);
  foreach parent in array array['change', 'stored_page'] loop
    for ahead in 0..1 loop
      since := (this_month + make_interval(months => ahead)) at time zone 'UTC';
      until := (this_month + make_interval(months => ahead + 1)) at time zone 'UTC';
      part := parent || to_char(since at time zone 'UTC', '_YYYY_MM');
      if to_regclass(format('caravan.%I', part)) is null then
        execute format('create table caravan.%I (like caravan.%I including defaults including constraints including indexes)', part, parent);
        execute format('comment on table caravan.%I is %L', part, 'Entries of a month, dropped whole when their time is over.');
        execute format('lock table caravan.%I in access exclusive mode', parent || '_rest');
        execute format('with moved as (delete from caravan.%I where at >= $1 and at < $2 returning *) insert into caravan.%I select * from moved',
          parent || '_rest', part) using since, until;
        execute format('alter table caravan.%I attach partition caravan.%I for values from (%L) to (%L)', parent, part, since, until);
      end if;
    end loop;
    if parent = 'change' then
      perform caravan.cut('change_rest', oldest);
    end if;
    execute format('delete from caravan.%I where at < $1', parent || '_rest') using oldest;
    for part in
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = format('caravan.%I', parent)::regclass and c.relname ~ '_\d{4}_\d{2}$'
        and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= oldest at time zone 'UTC'
      order by c.relname
    loop
      if parent = 'change' then
        perform caravan.cut(part, 'infinity');
      end if;
      execute format('drop table caravan.%I', part);
    end loop;
  end loop;
end $$;
comment on function caravan.keep_parts(int) is 'Makes the parts of this month and the next, and drops those that are older than so many months; one node at a time.';

-- ---------------------------------------------------------------- what was there before this log

do $$
declare
  of_kind text;
  owned boolean;
begin
  for of_kind, owned in
    select table_name, bool_or(column_name = 'account_id') from information_schema.columns
    where table_schema = 'caravan' and column_name in ('identity', 'digest', 'changed_xid', 'account_id', 'removed_at')
    group by 1 having count(*) filter (where column_name <> 'account_id') = 4 order by table_name <> 'account', 1
  loop
    execute format($sql$
      insert into caravan.change (connection_id, kind, op, block, row_ids)
      select %2$s, %1$L, 'insert', t.id / 1024, array_agg(t.id order by t.id) from caravan.%1$I t %3$s group by 1, 4 order by 4
      $sql$, of_kind, case when owned then 'a.connection_id' else 't.connection_id' end,
      case when owned then 'join caravan.account a on a.id = t.account_id' else '' end);
  end loop;
end $$;

-- ---------------------------------------------------------------- for readers

create function caravan.change_cursor(era int, xid xid8, seq bigint, nth bigint) returns text language sql immutable
return lpad(to_hex(era), 4, '0') || lpad(to_hex(xid::text::bigint), 16, '0') || lpad(to_hex(seq), 16, '0') || lpad(to_hex(nth), 4, '0');
comment on function caravan.change_cursor(int, xid8, bigint, bigint) is 'A place in the log as text that sorts as the log does.';

create view ledger.change as
select n.provider, c.connection_id, c.kind, r.id as row_id, c.op, c.at, c.was, c.pull_id,
  caravan.change_cursor(c.era, c.xid, c.seq, r.nth) as cursor
from caravan.change c
join caravan.connection n on n.id = c.connection_id
cross join lateral unnest(coalesce(c.row_ids, array[c.row_id])) with ordinality r(id, nth)
where c.era < (select e.n from caravan.era e) or c.xid < pg_snapshot_xmin(pg_current_snapshot());
comment on view ledger.change is 'All that happened to rows, as long as it is kept. By row use ledger.history, to go on from where you were ledger.changes: both are fast, this view is for looking around.';
comment on column ledger.change.provider is 'Name of the provider.';
comment on column ledger.change.connection_id is 'The connection that the row belongs to.';
comment on column ledger.change.kind is 'The view of the row: transaction is ledger.transaction.';
comment on column ledger.change.row_id is 'The row, by its own id: transaction_id of ledger.transaction.';
comment on column ledger.change.op is 'insert, update (also of a row that came back), delete (removed_at is set, the row stays) or erase (its texts are gone as well).';
comment on column ledger.change.at is 'When; all of one page have the same instant.';
comment on column ledger.change.was is 'Of an update the columns that changed, with what they were before; null else, and where it was erased.';
comment on column ledger.change.pull_id is 'The pull that did it, pull_id of ledger.pull_run; null where it was none.';
comment on column ledger.change.cursor is 'Its place in the order of all changes; sorts as text, and says nothing else.';

create function caravan.row_now(of_kind text, of_row bigint) returns jsonb language plpgsql stable as $$
declare
  found jsonb;
begin
  if not exists (select from pg_attribute where attrelid = to_regclass(format('caravan.%I', of_kind)) and attname = 'changed_xid') then
    return null;
  end if;
  execute format('select to_jsonb(t) from caravan.%I t where t.id = $1', of_kind) into found using of_row;
  return found;
end $$;
comment on function caravan.row_now(text, bigint) is 'A row of any kind that has a log, with all its columns; null where there is none.';

create function caravan.changes_of(of_kind text, of_row bigint) returns setof caravan.change language sql stable as $$
  select c from caravan.change c where c.kind = of_kind and c.row_id = of_row
  union all
  select c from caravan.change c where c.kind = of_kind and c.block = of_row / 1024 and of_row = any (c.row_ids)
$$;
comment on function caravan.changes_of(text, bigint) is 'What happened to one row, in no order.';

create function ledger.history(of_kind text, of_row bigint)
returns table (at timestamptz, op text, column_name text, was jsonb, became jsonb, pull_id bigint, cursor text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.at, c.op, v.key, v.value,
    coalesce(lead(v.value) over (partition by v.key order by c.era, c.xid, c.seq), caravan.row_now(of_kind, of_row) -> v.key),
    c.pull_id, caravan.change_cursor(c.era, c.xid, c.seq, coalesce(array_position(c.row_ids, of_row), 1))
  from caravan.changes_of(of_kind, of_row) c left join lateral jsonb_each(c.was) v on true
  order by c.era, c.xid, c.seq, v.key
$$;
comment on function ledger.history(text, bigint) is 'What happened to one row, oldest first: ledger.history(''transaction'', 123). An update is a line a column that changed, with what it was and what it became; the others are a line without a column.';

create function ledger.changes(after text default '', at_most int default 1000)
returns table (cursor text, provider text, connection_id uuid, kind text, row_id bigint, op text, at timestamptz, was jsonb, pull_id bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  from_era int := 0;
  from_xid xid8 := '0';
  from_seq bigint := 0;
  from_nth bigint := 0;
  known caravan.era;
begin
  select * into known from caravan.era;
  if after <> '' then
    if after !~ '^[0-9a-f]{40}$' then
      raise exception 'no cursor of ledger.changes: %', left(after, 60) using errcode = '22023';
    end if;
    from_era := ('x' || left(after, 4))::bit(16)::int;
    from_xid := (('x' || substr(after, 5, 16))::bit(64)::bigint)::text::xid8;
    from_seq := ('x' || substr(after, 21, 16))::bit(64)::bigint;
    from_nth := ('x' || right(after, 4))::bit(16)::int;
  end if;
  if (from_era, from_xid, from_seq) < (known.cut_era, known.cut_xid, known.cut_seq) then
    raise exception 'changes behind this cursor are no longer kept' using errcode = '22023',
      hint = 'take ledger.changes_from_now(), read the views whole, then go on from that cursor';
  end if;
  return query
    select caravan.change_cursor(c.era, c.xid, c.seq, r.nth), n.provider, c.connection_id, c.kind, r.id, c.op, c.at, c.was, c.pull_id
    from (
      select * from caravan.change e
      where (e.era, e.xid, e.seq) >= (from_era, from_xid, from_seq)
        and (e.era < known.n or e.xid < pg_snapshot_xmin(pg_current_snapshot()))
      order by e.era, e.xid, e.seq limit at_most + 1) c
    join caravan.connection n on n.id = c.connection_id
    cross join lateral unnest(coalesce(c.row_ids, array[c.row_id])) with ordinality r(id, nth)
    where (c.era, c.xid, c.seq, r.nth) > (from_era, from_xid, from_seq, from_nth)
    order by c.era, c.xid, c.seq, r.nth limit at_most;
end $$;
comment on function ledger.changes(text, int) is 'The changes after a cursor in their order, at most so many; keep the cursor of the last row you worked on and ask again with it. Without one it begins where the log does. A change is told once all transactions before it are over, so that none can come in behind a cursor.';

create function ledger.changes_from_now() returns text language sql stable security definer set search_path = pg_catalog, pg_temp
return (select caravan.change_cursor(e.n, pg_snapshot_xmin(pg_current_snapshot()), 0, 0) from caravan.era e);
comment on function ledger.changes_from_now() is 'A cursor for ledger.changes: take it, then read the views whole, then go on from it; nothing is missed, a little is told twice.';
