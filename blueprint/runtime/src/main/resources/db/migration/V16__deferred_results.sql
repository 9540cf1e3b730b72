-- Results that a provider works out on its own time: asked for in the background, told of by webhook, fetched later.

-- an ask has an address of its own, with a nonce of 256 bits that is kept as SHA-256 only
alter table caravan.webhook add column about text;
comment on column caravan.webhook.about is 'On an address for one thing only: what it is about, whatever a post says; null where posts say it themselves.';
create index webhook_for_one_thing on caravan.webhook (ends_at) where about is not null;

create table caravan.deferred_result (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  provider text not null,
  endpoint text not null,
  resource text not null,
  kind text not null,
  account text not null default '-',
  account_id bigint references caravan.account,
  window_from date,
  window_to date,
  pull_id bigint not null,
  asked_at timestamptz not null default caravan.now(),
  state text not null default 'asked',
  accepted_at timestamptz,
  task_id text,
  path text,
  told_at timestamptz,
  attempts int not null default 0,
  next_poll_at timestamptz,
  done_at timestamptz,
  last_fault text,
  constraint deferred_result_state_is_known check (state in
    ('asked', 'open', 'stored', 'failed', 'abandoned', 'superseded', 'void')),
  constraint deferred_result_is_fetched_once_accepted check (state <> 'open' or accepted_at is not null and path is not null),
  constraint deferred_result_is_over_when_done check ((state in ('asked', 'open')) = (done_at is null))
);
comment on table caravan.deferred_result is 'What a provider was asked to work out, one row an ask, written before the ask leaves: its webhook may come before its answer.';
comment on column caravan.deferred_result.resource is 'The endpoint, and the kind where one endpoint answers for several.';
comment on column caravan.deferred_result.account is 'What budgets know the account by; - where it is about none.';
comment on column caravan.deferred_result.pull_id is 'The pull that asked.';
comment on column caravan.deferred_result.path is 'Where the result is, below the provider''s API address: never a host, so that a token cannot be led elsewhere.';
comment on column caravan.deferred_result.next_poll_at is 'Not fetched before then; null when it was tried for the last time.';
create unique index deferred_result_is_open_once on caravan.deferred_result (connection_id, resource, account) where state = 'open';
create index deferred_result_asked on caravan.deferred_result (connection_id, resource, account) where state = 'asked';
create index deferred_result_of_a_pull on caravan.deferred_result (connection_id, pull_id);
create index deferred_result_to_sweep on caravan.deferred_result (provider, asked_at) where state in ('asked', 'open');
create index deferred_result_over on caravan.deferred_result (provider, done_at) where done_at is not null;

create view ledger.deferred_result as
select d.provider, d.connection_id, d.id as deferred_result_id, d.endpoint, d.kind, nullif(d.account, '-') as provider_account_id,
  d.window_from, d.window_to, d.state, d.asked_at, d.accepted_at, d.task_id, d.told_at, d.attempts, d.next_poll_at, d.done_at,
  d.last_fault
from caravan.deferred_result d;
comment on view ledger.deferred_result is 'Reads that were asked for in the background and whose results are fetched later, and what became of each.';
comment on column ledger.deferred_result.provider is 'Name of the provider.';
comment on column ledger.deferred_result.connection_id is 'The connection.';
comment on column ledger.deferred_result.deferred_result_id is 'Ours, growing in order of asking.';
comment on column ledger.deferred_result.endpoint is 'What was asked, as a template.';
comment on column ledger.deferred_result.kind is 'The kind of record, as in ledger.pull_run.';
comment on column ledger.deferred_result.provider_account_id is 'The account, as the provider names it; null where it is about the whole connection.';
comment on column ledger.deferred_result.window_from is 'The first day asked for; null where no dates were asked.';
comment on column ledger.deferred_result.window_to is 'The last day asked for.';
comment on column ledger.deferred_result.state is 'asked (not known to be accepted), open (accepted, not fetched yet), stored, failed (the provider says so), abandoned (never came or is gone), superseded (read again meanwhile) or void (never accepted).';
comment on column ledger.deferred_result.asked_at is 'When it was asked for.';
comment on column ledger.deferred_result.accepted_at is 'When the provider took it on.';
comment on column ledger.deferred_result.task_id is 'What the provider calls it; quote it to its support.';
comment on column ledger.deferred_result.told_at is 'When a webhook last said that it is there; null while none has.';
comment on column ledger.deferred_result.attempts is 'How often it was fetched.';
comment on column ledger.deferred_result.next_poll_at is 'When it is fetched next, webhook or not.';
comment on column ledger.deferred_result.done_at is 'When it was over, one way or the other.';
comment on column ledger.deferred_result.last_fault is 'Why it is not stored, in one line.';
