-- Fit for a hundred million transactions: what grew without an end has one, and what scanned has an index.

create index pull_run_by_time on caravan.pull_run (started_at);
create index rejected_record_by_time on caravan.rejected_record (last_seen_at);
-- what changed since yesterday: rows lie about in the order of their changes, so an index of some kilobytes will do
create index transaction_by_change on caravan.transaction using brin (changed_at) with (pages_per_range = 32, autosummarize = on);
create index connection_by_user on caravan.connection (user_ref);

create function caravan.keep_history(months int) returns bigint language plpgsql as $$
declare
  oldest timestamptz := caravan.now() - make_interval(months => months);
  gone bigint;
  more bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('caravan.keep_history')) then
    return 0;
  end if;
  delete from caravan.pull_run r using (
    select p.pull_id, p.kind from caravan.pull_run p where p.started_at < oldest and p.outcome <> 'running'
    order by p.started_at limit 20000) old
  where r.pull_id = old.pull_id and r.kind = old.kind;
  get diagnostics gone = row_count;
  delete from caravan.rejected_record r using (
    select id from caravan.rejected_record where last_seen_at < oldest order by last_seen_at limit 20000) old
  where r.id = old.id;
  get diagnostics more = row_count;
  delete from caravan.remap_batch b where b.at < oldest;
  delete from caravan.remap_run m where m.started_at < oldest and not exists (select from caravan.remap_batch b where b.remap_id = m.id);
  return gone + more;
end $$;
comment on function caravan.keep_history(int) is 'Drops runs of pulls, refused records that were not met since, and remaps that are older than so many months, some of them at a time; called once a minute.';

-- a table of a hundred million rows that is vacuumed by the share of its dead ones waits for twenty million of them
alter table caravan.transaction set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.02,
  autovacuum_analyze_scale_factor = 0.005);
