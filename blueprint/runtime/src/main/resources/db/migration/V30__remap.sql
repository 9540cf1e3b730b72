-- What a row needs beside its payload to be derived again, and who had rows derived again.

create table caravan.mapping_text (
  version text primary key,
  file text not null,
  body text not null,
  first_at timestamptz not null default caravan.now()
);
comment on table caravan.mapping_text is 'Every text of a mapping that was ever deployed, so that a row can be derived as it was derived then. Kept for good: some rows a release.';
comment on column caravan.mapping_text.version is 'The first eight digits of the SHA-256 of the file, as in caravan.stored_page.';
comment on column caravan.mapping_text.file is 'Its name in the provider''s folder.';
comment on column caravan.mapping_text.body is 'The file.';
comment on column caravan.mapping_text.first_at is 'When it was deployed first.';

create table caravan.derivation (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  hash bytea not null,
  kind text not null,
  file text not null,
  version text not null,
  seed bigint not null,
  part text not null,
  part_value text,
  context jsonb not null,
  since timestamptz not null default caravan.now(),
  constraint derivation_is_kept_once unique (connection_id, hash)
);
comment on table caravan.derivation is 'How pages were read: which mapping, and what it knew beside its records. Many rows share one; a row names its own in derivation_id. It goes when its connection is erased.';
comment on column caravan.derivation.hash is 'SHA-256 of all that follows but the time.';
comment on column caravan.derivation.kind is 'The table of the rows.';
comment on column caravan.derivation.file is 'The mapping.';
comment on column caravan.derivation.version is 'Its version, key of caravan.mapping_text.';
comment on column caravan.derivation.seed is 'What digests of its records began with.';
comment on column caravan.derivation.part is 'The part of the table that it was for, as the route wrote it; empty where none.';
comment on column caravan.derivation.part_value is 'What the part came to.';
comment on column caravan.derivation.context is 'The column context of page in the mapping: account, row asked about, settings.';
comment on column caravan.derivation.since is 'When a row was first read so.';

create function caravan.derivation_of(of_connection uuid, of_kind text, by_file text, by_version text, by_seed bigint, for_part text,
  with_value text, knew jsonb) returns bigint language plpgsql as $$
declare
  known bytea := sha256(convert_to(concat_ws(E'\x01', of_kind, by_file, by_version, by_seed, for_part, coalesce(with_value, E'\x02'), knew), 'UTF8'));
  found bigint;
begin
  select r.id into found from caravan.derivation r where r.connection_id = of_connection and r.hash = known;
  if found is null then
    insert into caravan.derivation (connection_id, hash, kind, file, version, seed, part, part_value, context)
    values (of_connection, known, of_kind, by_file, by_version, by_seed, for_part, with_value, knew)
    on conflict do nothing;
    select r.id into found from caravan.derivation r where r.connection_id = of_connection and r.hash = known;
  end if;
  return found;
end $$;
comment on function caravan.derivation_of(uuid, text, text, text, bigint, text, text, jsonb) is 'The number of a derivation, which is written down the first time.';

create table caravan.remap_run (
  id bigint generated always as identity primary key,
  provider text not null,
  kind text not null,
  connection_id uuid,
  told_since timestamptz,
  who text not null,
  started_at timestamptz not null default caravan.now(),
  ended_at timestamptz,
  looked bigint not null default 0,
  changed bigint not null default 0,
  refused bigint not null default 0,
  newer bigint not null default 0
);
comment on table caravan.remap_run is 'When rows were derived again from their payloads, and by whom.';
comment on column caravan.remap_run.connection_id is 'The one connection it was for; null is all of the provider.';
comment on column caravan.remap_run.told_since is 'Rows that the provider told before then were left alone; null is none.';
comment on column caravan.remap_run.who is 'Who asked, as the door knew it.';
comment on column caravan.remap_run.ended_at is 'When it ended; null where it still runs or its node died. What it had committed stays, and it may be repeated.';
comment on column caravan.remap_run.looked is 'Rows looked at.';
comment on column caravan.remap_run.changed is 'Rows with another value now.';
comment on column caravan.remap_run.refused is 'Rows that do not fit, or would be another record''s: they stay as they are.';
comment on column caravan.remap_run.newer is 'Rows that a pull wrote meanwhile: they stay as it wrote them.';

create table caravan.remap_batch (
  era int not null default caravan.current_era(),
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default caravan.now(),
  remap_id bigint not null references caravan.remap_run,
  file text not null,
  version_was text not null,
  version text not null,
  primary key (era, xid)
);
comment on table caravan.remap_batch is 'One transaction of a remap. Its changes are those of caravan.change with the same era and transaction.';
comment on column caravan.remap_batch.file is 'The mapping.';
comment on column caravan.remap_batch.version_was is 'The version that the rows were derived by before.';
comment on column caravan.remap_batch.version is 'The version that they were derived by then.';

do $$
declare
  kind text;
begin
  for kind in select table_name from information_schema.columns where table_schema = 'caravan'
      and column_name in ('identity', 'digest', 'raw', 'changed_xid') group by 1 having count(*) = 4 order by 1 loop
    execute format('alter table caravan.%I add column derivation_id bigint, add column told_at timestamptz, add column kept_whole boolean', kind);
    execute format('comment on column caravan.%I.derivation_id is %L', kind, 'How its page was read, caravan.derivation; null where an earlier version stored it.');
    execute format('comment on column caravan.%I.told_at is %L', kind, 'When the provider told what it says, where that is not changed_at because it was derived again since.');
    execute format('comment on column caravan.%I.kept_whole is %L', kind, 'Whether raw is all that the provider sent; false where something was masked or left out.');
  end loop;
end $$;
