-- Consents: trips that renew, accounts that come back under other ids, reminders, connections that end.

-- ---------------------------------------------------------------- trips

alter table caravan.journey add column purpose text not null default 'connect';
alter table caravan.journey add constraint journey_purpose_is_known check (purpose in ('connect', 'renew'));
alter table caravan.journey add column reconfirmed_at timestamptz;
alter table caravan.journey add column exchanged_at timestamptz;
alter table caravan.journey add column withdrawn_at timestamptz;
alter table caravan.journey add column withdrawals int not null default 0;
comment on column caravan.journey.purpose is 'connect, or renew where the user is asked to agree once more to what there is already.';
comment on column caravan.journey.reconfirmed_at is 'When the user clicked on our own page that the consent goes on; nothing is renewed without.';
comment on column caravan.journey.exchanged_at is 'When the tokens of the trip were kept: whoever finds it without an outcome later finishes it.';
comment on column caravan.journey.withdrawn_at is 'When what the provider made for a trip that came to nothing was taken back there.';
comment on column caravan.journey.withdrawals is 'How often that was tried.';
create index journey_unfinished on caravan.journey (used_at) where used_at is not null and outcome is null;
create index journey_to_withdraw on caravan.journey (expires_at) where reference is not null and withdrawn_at is null;

alter table caravan.connection add column reconfirmed_at timestamptz;
comment on column caravan.connection.reconfirmed_at is 'When the user last said on our own page that the consent goes on.';

create or replace view ledger.connection as
select c.id as connection_id, c.provider, c.user_ref, c.state, c.external_id, c.institution, c.scopes, c.created_at,
  c.authorised_at, c.consent_expires_at, c.first_complete_at, c.last_ok_at, c.last_fault, c.paused_until, c.id_token_verified,
  c.reconfirmed_at
from caravan.connection c;
comment on column ledger.connection.reconfirmed_at is 'When the user last said on our own page that the consent goes on; null where that was never asked.';

create view ledger.trip as
select c.provider, j.connection_id, j.id as trip_id, j.purpose, j.created_at, j.opened_at, j.reconfirmed_at, j.used_at as back_at,
  j.outcome
from caravan.journey j join caravan.connection c on c.id = j.connection_id;
comment on view ledger.trip is 'Trips of users to their bank and back, without what must not be known of them.';
comment on column ledger.trip.provider is 'Name of the provider.';
comment on column ledger.trip.connection_id is 'The connection.';
comment on column ledger.trip.trip_id is 'Ours.';
comment on column ledger.trip.purpose is 'connect, or renew where the user was asked to agree once more.';
comment on column ledger.trip.created_at is 'When the link was made.';
comment on column ledger.trip.opened_at is 'When the user went; null while the link is unused.';
comment on column ledger.trip.reconfirmed_at is 'When the user clicked on our own page that the consent goes on.';
comment on column ledger.trip.back_at is 'When the user was back, or when the trip was given up.';
comment on column ledger.trip.outcome is 'connected, declined, failed or abandoned; null while it is under way.';

-- ---------------------------------------------------------------- accounts that come back under other ids

create table caravan.account_match (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  account_id bigint not null references caravan.account,
  old_provider_account_id text not null,
  new_provider_account_id text not null,
  matched_by text not null,
  outcome text not null,
  matched_at timestamptz not null default caravan.now(),
  constraint account_match_outcome_is_known check (outcome in ('merged', 'unsure', 'ambiguous'))
);
comment on table caravan.account_match is 'Accounts whose id at the provider changed: the old id of each, and what could not be told apart.';
create index account_match_by_connection on caravan.account_match (connection_id);
create index account_match_by_account on caravan.account_match (account_id);

create view ledger.account_match as
select c.provider, m.connection_id, m.id as account_match_id, m.account_id, m.old_provider_account_id, m.new_provider_account_id,
  case when m.outcome = 'ambiguous' then (
    select max(a.id) from caravan.account a
    where a.connection_id = m.connection_id and a.provider_account_id = m.new_provider_account_id) end as other_account_id,
  m.matched_by, m.outcome, m.matched_at
from caravan.account_match m join caravan.connection c on c.id = m.connection_id;
comment on view ledger.account_match is 'Accounts that came back under another id of the provider, mostly after the user agreed anew.';
comment on column ledger.account_match.provider is 'Name of the provider.';
comment on column ledger.account_match.connection_id is 'The connection.';
comment on column ledger.account_match.account_match_id is 'Ours.';
comment on column ledger.account_match.account_id is 'The account that was there before, key of ledger.account; where it was merged it goes on with its rows.';
comment on column ledger.account_match.old_provider_account_id is 'The provider''s id before.';
comment on column ledger.account_match.new_provider_account_id is 'The provider''s id since.';
comment on column ledger.account_match.other_account_id is 'Where it is ambiguous: the account that was stored as a new one. A person decides whether the two are one.';
comment on column ledger.account_match.matched_by is 'The columns that agreed, joined by +.';
comment on column ledger.account_match.outcome is 'merged; unsure (merged by columns that do not prove it); ambiguous (several fit, none was merged).';
comment on column ledger.account_match.matched_at is 'When.';

-- ---------------------------------------------------------------- reminders

create table caravan.consent_reminder (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  days int not null,
  consent_expires_at timestamptz not null,
  due_at timestamptz not null,
  created_at timestamptz not null default caravan.now(),
  told_at timestamptz,
  attempts int not null default 0,
  next_at timestamptz not null default caravan.now(),
  last_fault text,
  constraint consent_reminder_is_written_once unique (connection_id, consent_expires_at, days)
);
comment on table caravan.consent_reminder is 'That a consent ends soon, once for each step before each end.';
create index consent_reminder_to_tell on caravan.consent_reminder (next_at) where told_at is null;

create view ledger.consent_reminder as
select c.provider, r.connection_id, r.id as consent_reminder_id, c.user_ref, r.days, r.consent_expires_at, r.due_at, r.created_at,
  coalesce(c.authorised_at > r.created_at or c.consent_expires_at > r.consent_expires_at, false) as is_renewed, r.told_at, r.last_fault
from caravan.consent_reminder r join caravan.connection c on c.id = r.connection_id;
comment on view ledger.consent_reminder is 'That a consent ends soon: whoever talks to users reads it and sends them a link that renews.';
comment on column ledger.consent_reminder.provider is 'Name of the provider.';
comment on column ledger.consent_reminder.connection_id is 'The connection.';
comment on column ledger.consent_reminder.consent_reminder_id is 'Ours, growing.';
comment on column ledger.consent_reminder.user_ref is 'Your own reference of the user.';
comment on column ledger.consent_reminder.days is 'So many days before the end or less: 14, 7, 3 or 1 unless set otherwise.';
comment on column ledger.consent_reminder.consent_expires_at is 'The end that it is about.';
comment on column ledger.consent_reminder.due_at is 'So many days before the end.';
comment on column ledger.consent_reminder.created_at is 'When it was written; later than due_at where nothing ran then.';
comment on column ledger.consent_reminder.is_renewed is 'Whether the user has agreed anew since: then there is nothing left to do.';
comment on column ledger.consent_reminder.told_at is 'When the webhook of caravan.http.cfg took it; null where none is set or it did not yet.';
comment on column ledger.consent_reminder.last_fault is 'Why the webhook did not take it the last time.';

-- ---------------------------------------------------------------- connections that end

create table caravan.disconnection (
  connection_id uuid primary key references caravan.connection,
  provider text not null,
  asked_at timestamptz not null default caravan.now(),
  data text not null,
  erased_at timestamptz,
  revocation text not null default 'due',
  attempts int not null default 0,
  next_at timestamptz not null default caravan.now(),
  last_fault text,
  ended_at timestamptz,
  constraint disconnection_keeps_or_erases check (data in ('keep', 'erase')),
  constraint disconnection_revocation_is_known check (revocation in ('due', 'done', 'none', 'given_up'))
);
comment on table caravan.disconnection is 'Connections that were ended by an operator, and what of it is still to do. It stays when everything else is erased.';
create index disconnection_to_do on caravan.disconnection (next_at) where ended_at is null;

create view ledger.disconnection as
select d.provider, d.connection_id, d.asked_at, d.data, d.erased_at, d.revocation, d.attempts, d.last_fault, d.ended_at
from caravan.disconnection d;
comment on view ledger.disconnection is 'Connections that were ended, and how far that is.';
comment on column ledger.disconnection.provider is 'Name of the provider.';
comment on column ledger.disconnection.connection_id is 'The connection; its pulls ended at once.';
comment on column ledger.disconnection.asked_at is 'When it was asked for.';
comment on column ledger.disconnection.data is 'keep: its rows stay; erase: they are tombstones without a word of the person.';
comment on column ledger.disconnection.erased_at is 'When the rows were erased.';
comment on column ledger.disconnection.revocation is 'due (tried again), done, none (the provider has no way) or given_up (it did not answer: the user should revoke there).';
comment on column ledger.disconnection.attempts is 'How often the provider was asked in vain.';
comment on column ledger.disconnection.last_fault is 'Why the last attempt failed, in one line.';
comment on column ledger.disconnection.ended_at is 'When tokens and secrets were gone and nothing was left to do.';
