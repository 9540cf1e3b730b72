-- Webhooks that are registered by our own routes: whether they come through, and how events were first learned.

create table caravan.webhook_check (
  connection_id uuid primary key references caravan.connection,
  checked_at timestamptz not null,
  ok boolean not null,
  good_at timestamptz,
  message text not null default ''
);
comment on table caravan.webhook_check is 'Whether a post that we asked the provider for came the whole way, when that was last looked at.';
comment on column caravan.webhook_check.connection_id is 'The connection whose webhook it is.';
comment on column caravan.webhook_check.checked_at is 'When it was looked at last.';
comment on column caravan.webhook_check.ok is 'Whether the post came through.';
comment on column caravan.webhook_check.good_at is 'When it last did.';
comment on column caravan.webhook_check.message is 'What the provider said of it, or why it was not asked.';

create view ledger.webhook as
select c.provider, c.id as connection_id, a.addresses, a.newest_at, k.ok, k.checked_at, k.good_at, k.message,
  (select max(e.received_at) from caravan.inbox e where e.connection_id = c.id and e.source = 'webhook') as last_told_at,
  (select max(e.received_at) from caravan.inbox e where e.connection_id = c.id and e.source = 'offer') as last_swept_at
from caravan.connection c
left join lateral (
  select count(*) as addresses, max(w.created_at) as newest_at from caravan.webhook w
  where w.connection_id = c.id and w.about is null and (w.ends_at is null or w.ends_at > caravan.now())) a on true
left join caravan.webhook_check k on k.connection_id = c.id
where a.addresses > 0 or k.connection_id is not null;
comment on view ledger.webhook is 'The webhook of each connection that has one: whether posts come through, and when events were last learned by it and by sweeps.';
comment on column ledger.webhook.provider is 'Name of the provider.';
comment on column ledger.webhook.connection_id is 'The connection whose webhook it is.';
comment on column ledger.webhook.addresses is 'How many addresses of it are good; more than one while one replaces another.';
comment on column ledger.webhook.newest_at is 'When the newest of them was made.';
comment on column ledger.webhook.ok is 'Whether the last post that we asked the provider for came through; null where none was asked for.';
comment on column ledger.webhook.checked_at is 'When that was.';
comment on column ledger.webhook.good_at is 'When one last came through.';
comment on column ledger.webhook.message is 'What the provider said of it.';
comment on column ledger.webhook.last_told_at is 'When an event last came by webhook, of those that are still kept.';
comment on column ledger.webhook.last_swept_at is 'When an event was last learned by a sweep first, of those that are still kept.';

create view ledger.inbox_day as
select e.provider, (e.received_at at time zone 'UTC')::date as day, count(*) as events,
  count(*) filter (where e.source = 'webhook') as by_webhook, count(*) filter (where e.source = 'offer') as by_sweep,
  round(count(*) filter (where e.source = 'offer')::numeric / count(*), 4) as swept_share,
  count(*) filter (where e.state in ('new', 'waiting')) as open, count(*) filter (where e.state = 'dead') as dead
from caravan.inbox e
group by 1, 2;
comment on view ledger.inbox_day is 'How events were first learned, by provider and day: a webhook that silently died shows as a share of sweeps that grows. Events are counted as long as they are kept.';
comment on column ledger.inbox_day.provider is 'Name of the provider.';
comment on column ledger.inbox_day.day is 'The day in UTC on which they were stored.';
comment on column ledger.inbox_day.events is 'How many there were, each counted once however often it was told.';
comment on column ledger.inbox_day.by_webhook is 'How many of them the provider told by webhook first.';
comment on column ledger.inbox_day.by_sweep is 'How many of them a sweep learned first.';
comment on column ledger.inbox_day.swept_share is 'by_sweep of all, 0 to 1.';
comment on column ledger.inbox_day.open is 'How many still wait to be worked on.';
comment on column ledger.inbox_day.dead is 'How many failed so often that an operator has to replay them.';
