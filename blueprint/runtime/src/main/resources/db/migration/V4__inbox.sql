-- The inbox: what providers tell by webhook, kept before it is answered and worked on afterwards.

create table caravan.webhook (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  secret_hash bytea not null unique,
  created_at timestamptz not null default caravan.now(),
  ends_at timestamptz
);
comment on table caravan.webhook is 'Addresses that providers post to: the secret last part of each as SHA-256 only. A connection may have several while one replaces another.';
comment on column caravan.webhook.ends_at is 'From then on the address is unknown; null while nobody has set an end.';
create index webhook_by_connection on caravan.webhook (connection_id);

-- No foreign key to the connection: its check would share-lock the connection while a burst is stored, and claims skip what is
-- locked. An event only gets here through an address or a pull, both of which hold one.
create table caravan.inbox (
  id bigint generated always as identity primary key,
  provider text not null,
  connection_id uuid not null,
  event_key bytea not null,
  type text,
  entity text,
  source text not null,
  received_at timestamptz not null default caravan.now(),
  headers jsonb not null default '{}',
  body text not null,
  body_hash bytea not null,
  state text not null default 'new',
  attempts int not null default 0,
  next_at timestamptz not null default caravan.now(),
  last_fault text,
  done_at timestamptz,
  constraint inbox_keeps_an_event_once unique (connection_id, event_key),
  constraint inbox_state_is_known check (state in ('new', 'waiting', 'done', 'ignored', 'dead')),
  constraint inbox_source_is_known check (source in ('webhook', 'offer')),
  constraint inbox_event_is_over_when_done check ((state in ('done', 'ignored')) = (done_at is not null))
);
comment on table caravan.inbox is 'Events in order of arrival; the body exactly as it came. A duplicate has the key of the first and is not kept.';
comment on column caravan.inbox.event_key is 'SHA-256 of what tells events of a connection apart, by setting webhook.key.';
comment on column caravan.inbox.source is 'webhook where the provider told it, offer where a route learned it another way.';
comment on column caravan.inbox.headers is 'A short list of harmless headers, none that proves anything.';
comment on column caravan.inbox.next_at is 'Not worked on before then; an earlier event of the same entity holds it back as well.';
create index inbox_open on caravan.inbox (connection_id, entity, id) where state in ('new', 'waiting');
create index inbox_overdue on caravan.inbox (provider, next_at) where state in ('new', 'waiting');
create index inbox_dead on caravan.inbox (provider, id) where state = 'dead';
create index inbox_over on caravan.inbox (provider, done_at) where state in ('done', 'ignored');

create view ledger.inbox as
select e.provider, e.connection_id, e.id as event_id, e.type, e.entity, e.source, e.state, e.attempts, e.received_at, e.next_at,
  e.done_at, e.last_fault, octet_length(e.body) as body_bytes
from caravan.inbox e;
comment on view ledger.inbox is 'Events that providers sent or that were swept up, and what became of each; the bodies are not shown.';
comment on column ledger.inbox.provider is 'Name of the provider.';
comment on column ledger.inbox.connection_id is 'The connection it came for.';
comment on column ledger.inbox.event_id is 'Ours, growing in order of arrival.';
comment on column ledger.inbox.type is 'As the provider names it; null where it names none.';
comment on column ledger.inbox.entity is 'What it is about, as the provider names it: events of one entity are worked on in order, one at a time.';
comment on column ledger.inbox.source is 'webhook where the provider told it, offer where a sweep of ours learned it first.';
comment on column ledger.inbox.state is 'new, waiting (for its next attempt), done, ignored (of a type that no route works on) or dead (an operator replays it).';
comment on column ledger.inbox.attempts is 'How often working on it failed.';
comment on column ledger.inbox.received_at is 'When it was stored.';
comment on column ledger.inbox.next_at is 'Not worked on before then.';
comment on column ledger.inbox.done_at is 'When work on it ended; null while it is open or dead.';
comment on column ledger.inbox.last_fault is 'Why the last attempt failed, in one line.';
comment on column ledger.inbox.body_bytes is 'How large it is.';
