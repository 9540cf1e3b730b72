-- The store: private tables in schema caravan, promised views in schema ledger.
-- Forward only. Constraint names are sentences; an operator reads them in rejected_record.

create schema if not exists ledger;
comment on schema ledger is 'The promise to readers: views whose columns are added, never removed or retyped inside a major version.';
comment on schema caravan is 'Private tables of Caravan. Read the views of schema ledger instead.';

-- ---------------------------------------------------------------- helpers

create function caravan.now() returns timestamptz language sql stable
return now() + coalesce(nullif(current_setting('caravan.clock_shift', true), ''), '0')::interval;
comment on function caravan.now() is 'Database time, the only clock of leases, due times and budgets; caravan.clock_shift moves it in tests.';

create function caravan.instant(written text) returns timestamptz language sql stable
return case when written like '____-__-__%' and written not like '0001-01-01%' and pg_input_is_valid(written, 'timestamptz')
            then written::timestamptz end;
comment on function caravan.instant(text) is 'A lenient instant: no zone means UTC, any number of fraction digits; null where nothing parses or the zero date stands for unset.';

create function caravan.as_date(written text) returns date language sql stable
return case when caravan.instant(written) is not null then left(written, 10)::date end;
comment on function caravan.as_date(text) is 'The date part as the bank wrote it, without a zone shift; null where it does not parse.';

create function caravan.masked(payload jsonb, path text[]) returns jsonb language sql stable
return case when payload #>> path is null then payload
            else jsonb_set(payload, path, to_jsonb('************' || right(payload #>> path, 4))) end;
comment on function caravan.masked(jsonb, text[]) is 'The payload with all but the last four characters at this path replaced.';

create function caravan.is_currency(code text) returns boolean language sql immutable
return code in ('AED','AFN','ALL','AMD','ANG','AOA','ARS','AUD','AWG','AZN','BAM','BBD','BDT','BGN','BHD','BIF','BMD','BND',
  'BOB','BOV','BRL','BSD','BTN','BWP','BYN','BZD','CAD','CDF','CHE','CHF','CHW','CLF','CLP','CNY','COP','COU','CRC','CUP','CVE',
  'CZK','DJF','DKK','DOP','DZD','EGP','ERN','ETB','EUR','FJD','FKP','GBP','GEL','GHS','GIP','GMD','GNF','GTQ','GYD','HKD','HNL',
  'HTG','HUF','IDR','ILS','INR','IQD','IRR','ISK','JMD','JOD','JPY','KES','KGS','KHR','KMF','KPW','KRW','KWD','KYD','KZT','LAK',
  'LBP','LKR','LRD','LSL','LYD','MAD','MDL','MGA','MKD','MMK','MNT','MOP','MRU','MUR','MVR','MWK','MXN','MXV','MYR','MZN','NAD',
  'NGN','NIO','NOK','NPR','NZD','OMR','PAB','PEN','PGK','PHP','PKR','PLN','PYG','QAR','RON','RSD','RUB','RWF','SAR','SBD','SCR',
  'SDG','SEK','SGD','SHP','SLE','SOS','SRD','SSP','STN','SVC','SYP','SZL','THB','TJS','TMT','TND','TOP','TRY','TTD','TWD','TZS',
  'UAH','UGX','USD','USN','UYI','UYU','UYW','UZS','VED','VES','VND','VUV','WST','XAF','XAG','XAU','XCD','XCG','XDR','XOF','XPD',
  'XPF','XPT','YER','ZAR','ZMW','ZWG');
comment on function caravan.is_currency(text) is 'Whether this is an ISO 4217 code of real money or metal; XXX and XTS are not.';

create function caravan.is_money(amount numeric) returns boolean language sql immutable
return min_scale(amount) <= 5 and amount > -1e15 and amount < 1e15;
comment on function caravan.is_money(numeric) is 'Whether an amount has at most five decimals that are not zero and a plausible size.';

-- ---------------------------------------------------------------- providers, connections, consents

create table caravan.provider (
  name text primary key,
  stopped_at timestamptz,
  stop_reason text
);
comment on table caravan.provider is 'Providers that were ever deployed; stopped_at is set when the provider refuses our client credentials.';

create table caravan.connection (
  id uuid primary key default gen_random_uuid(),
  provider text not null,
  user_ref text not null,
  state text not null default 'pending',
  external_id text,
  institution text,
  scopes text,
  created_at timestamptz not null default caravan.now(),
  authorised_at timestamptz,
  authenticated_at timestamptz,
  consent_expires_at timestamptz,
  first_complete_at timestamptz,
  last_ok_at timestamptz,
  last_fault text,
  paused_until timestamptz,
  lease_until timestamptz,
  lease_owner text,
  lease_epoch bigint not null default 0,
  constraint connection_state_is_known check (state in
    ('pending', 'authorised', 'active', 'expiring', 'expired', 'reauth_required', 'revoked', 'declined', 'abandoned'))
);
comment on table caravan.connection is 'One user at one provider, with the state of the consent and the lease of the node that pulls it.';
comment on column caravan.connection.lease_epoch is 'Grows with every lease; a commit that names an older one is refused, so that a node that slept cannot write.';
create index connection_by_provider_and_state on caravan.connection (provider, state);
create index connection_by_end_of_consent on caravan.connection (provider, consent_expires_at)
  where state in ('active', 'expiring');
create index connection_leased on caravan.connection (lease_owner) where lease_owner is not null;

create table caravan.journey (
  id uuid primary key default gen_random_uuid(),
  connection_id uuid not null references caravan.connection,
  link_hash bytea not null unique,
  state_hash bytea unique,
  verifier_sealed text,
  created_at timestamptz not null default caravan.now(),
  expires_at timestamptz not null,
  opened_at timestamptz,
  used_at timestamptz,
  outcome text
);
comment on table caravan.journey is 'One trip of a user to the bank and back: the one-time link and the single-use state, kept as SHA-256 only.';
create index journey_by_connection on caravan.journey (connection_id);
create index journey_open on caravan.journey (expires_at) where used_at is null;

create table caravan.token_set (
  connection_id uuid primary key references caravan.connection,
  generation bigint not null,
  access_sealed text not null,
  refresh_sealed text,
  access_expires_at timestamptz not null,
  refreshed_at timestamptz not null
);
comment on table caravan.token_set is 'The tokens of a connection as JWE (dir, A256GCM, kid); the key is outside the database.';

create table caravan.token_refresh (
  connection_id uuid not null references caravan.connection,
  generation bigint not null,
  intended_at timestamptz not null,
  answer_sealed text,
  answered_at timestamptz,
  outcome text,
  primary key (connection_id, generation)
);
comment on table caravan.token_refresh is 'Refreshes: the intent before the call and the sealed answer before it is judged, so that a kill between them loses no rotated token.';

-- ---------------------------------------------------------------- schedules and budgets

create table caravan.task (
  connection_id uuid not null references caravan.connection,
  kind text not null,
  provider text not null,
  due_at timestamptz,
  asked_at timestamptz,
  user_address inet,
  attended_until timestamptz,
  pull_id bigint,
  pull_began timestamptz,
  done_at timestamptz,
  failures int not null default 0,
  primary key (connection_id, kind)
);
comment on table caravan.task is 'What is due for a connection and when; user_address belongs to the request of a present user and goes with it.';
comment on column caravan.task.pull_id is 'The pull that is under way, or was when its node died: whoever claims the task within the hour goes on with it.';
create index task_due on caravan.task (provider, kind, due_at) where due_at is not null;

create table caravan.call (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  endpoint text not null,
  account text not null default '-',
  called_at timestamptz not null default caravan.now(),
  user_address inet,
  counted boolean not null,
  status int,
  error text,
  correlation_id uuid not null
);
comment on table caravan.call is 'Calls that left for a provider: the memory of budgets, which no restart, edit or second node resets.';
create index call_in_budget on caravan.call (connection_id, endpoint, account, called_at) where counted;
create index call_by_time on caravan.call using brin (called_at);

create table caravan.call_ban (
  connection_id uuid not null references caravan.connection,
  endpoint text not null,
  account text not null default '-',
  until timestamptz not null,
  reason text not null,
  primary key (connection_id, endpoint, account)
);
comment on table caravan.call_ban is 'Calls that may not be made until an instant: a cap the provider told of, or a login that is missing.';

create table caravan.absence (
  provider text not null,
  institution text not null,
  endpoint text not null,
  until timestamptz not null,
  reason text not null,
  primary key (provider, institution, endpoint)
);
comment on table caravan.absence is 'What an institution does not offer, remembered so that nobody asks again before then.';

-- ---------------------------------------------------------------- runs and rejected records

create sequence caravan.pull_id;

create table caravan.pull_run (
  pull_id bigint not null,
  connection_id uuid not null references caravan.connection,
  kind text not null,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  outcome text not null default 'running',
  attended boolean not null default false,
  calls bigint not null default 0,
  pages bigint not null default 0,
  seen bigint not null default 0,
  inserted bigint not null default 0,
  changed bigint not null default 0,
  removed bigint not null default 0,
  rejected bigint not null default 0,
  message text,
  primary key (pull_id, kind),
  constraint pull_run_outcome_is_known check (outcome in ('running', 'complete', 'partial', 'failed', 'interrupted'))
);
comment on table caravan.pull_run is 'One row a pull and kind of record, counted in the transaction of each page.';
create index pull_run_by_connection on caravan.pull_run (connection_id, started_at);
create index pull_run_unfinished on caravan.pull_run (connection_id) where outcome = 'running';

create table caravan.rejected_record (
  id bigint generated always as identity primary key,
  provider text not null,
  connection_id uuid not null references caravan.connection,
  account_id bigint,
  kind text not null,
  pull_id bigint,
  page text not null,
  position int not null,
  reason text not null,
  sqlstate text not null,
  payload text not null,
  payload_hash bytea not null,
  first_seen_at timestamptz not null default caravan.now(),
  last_seen_at timestamptz not null default caravan.now(),
  times bigint not null default 1
);
comment on table caravan.rejected_record is 'Records that the store refused, kept with reason and masked payload while the rest of their page went in.';
create unique index rejected_record_once on caravan.rejected_record (connection_id, coalesce(account_id, 0), kind, payload_hash);

-- ---------------------------------------------------------------- canonical records
-- Every kind has: identity (unique in its scope), digest (null where removed), raw, and the four times of its life.

create table caravan.account (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  provider_account_id text not null,
  family text not null,
  account_type text,
  currency text not null,
  display_name text,
  holder_name text,
  iban text,
  sort_code text,
  account_number text,
  bic text,
  masked_pan text,
  card_network text,
  institution text,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint account_is_known_once unique (connection_id, identity),
  constraint account_currency_is_iso_4217 check (caravan.is_currency(currency)),
  constraint account_family_is_known check (family in ('account', 'card'))
);
comment on table caravan.account is 'Accounts and cards of a connection.';

create table caravan.balance (
  id bigint generated always as identity primary key,
  account_id bigint not null references caravan.account,
  identity text collate "C" not null,
  digest bigint,
  as_of timestamptz not null,
  currency text not null,
  current_amount numeric not null,
  available_amount numeric,
  overdraft numeric,
  credit_limit numeric,
  owed_amount numeric,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint balance_is_known_once unique (account_id, identity),
  constraint balance_currency_is_iso_4217 check (caravan.is_currency(currency)),
  constraint balance_amount_is_money check (caravan.is_money(current_amount)),
  constraint balance_available_is_money check (caravan.is_money(available_amount))
);
comment on table caravan.balance is 'Balances as the provider stated them, one row an as-of instant.';
create index balance_latest on caravan.balance (account_id, as_of desc);

create table caravan.transaction (
  id bigint generated always as identity primary key,
  account_id bigint not null references caravan.account,
  identity text collate "C" not null,
  digest bigint,
  status text not null,
  provider_transaction_id text,
  booked_at timestamptz,
  booking_date date,
  value_date date,
  amount numeric not null,
  currency text not null,
  direction text not null,
  running_balance numeric,
  description text,
  merchant_name text,
  counterparty_name text,
  counterparty_account text,
  category text,
  classification text,
  anomaly text,
  settled_as bigint,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint transaction_is_known_once unique (account_id, identity),
  constraint transaction_status_is_known check (status in ('booked', 'pending')),
  constraint transaction_currency_is_iso_4217 check (caravan.is_currency(currency)),
  constraint transaction_amount_is_money check (caravan.is_money(amount)),
  constraint transaction_direction_agrees_with_the_sign check (
    case direction when 'debit' then amount <= 0 when 'credit' then amount >= 0 else false end)
);
comment on table caravan.transaction is 'Booked transactions for life, and the pending set of each account as last told.';
create index transaction_pending on caravan.transaction (account_id) where status = 'pending' and removed_at is null;

create table caravan.standing_order (
  id bigint generated always as identity primary key,
  account_id bigint not null references caravan.account,
  identity text collate "C" not null,
  digest bigint,
  status text,
  frequency text,
  payee text,
  reference text,
  currency text,
  next_payment_date date,
  next_payment_amount numeric,
  first_payment_date date,
  first_payment_amount numeric,
  final_payment_date date,
  final_payment_amount numeric,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint standing_order_is_known_once unique (account_id, identity),
  constraint standing_order_currency_is_iso_4217 check (caravan.is_currency(currency)),
  constraint standing_order_next_amount_is_money check (caravan.is_money(next_payment_amount))
);
comment on table caravan.standing_order is 'Standing orders, a set replaced whole for each account.';

create table caravan.direct_debit (
  id bigint generated always as identity primary key,
  account_id bigint not null references caravan.account,
  identity text collate "C" not null,
  digest bigint,
  status text,
  name text,
  mandate_id text,
  currency text,
  previous_payment_at timestamptz,
  previous_payment_amount numeric,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint direct_debit_is_known_once unique (account_id, identity),
  constraint direct_debit_currency_is_iso_4217 check (caravan.is_currency(currency)),
  constraint direct_debit_previous_amount_is_money check (caravan.is_money(previous_payment_amount))
);
comment on table caravan.direct_debit is 'Direct debit mandates, a set replaced whole for each account.';

create table caravan.holder (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  full_name text,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint holder_is_known_once unique (connection_id, identity)
);
comment on table caravan.holder is 'Who the provider says the user of a connection is.';

-- ---------------------------------------------------------------- cursors

create table caravan.cursor (
  account_id bigint not null references caravan.account,
  kind text not null,
  newest_date date,
  oldest_covered date,
  deep_done_at timestamptz,
  complete_at timestamptz,
  primary key (account_id, kind)
);
comment on table caravan.cursor is 'How far each account was read: moved in the transaction of the rows, never before them.';

create table caravan.page (
  connection_id uuid not null references caravan.connection,
  endpoint text not null,
  account text not null default '-',
  digest bytea,
  seen int not null,
  oldest text,
  newest text,
  pull_id bigint not null,
  done boolean not null,
  primary key (connection_id, endpoint, account)
);
comment on table caravan.page is 'The last page stored of each resource. A pull that was broken off does not ask again for what it has (pull_id, done); a page equal to the last one to the byte is already in the store (digest, null where a record of it was rejected).';

create table caravan.ceiling (
  provider text not null,
  institution text not null,
  kind text not null,
  days int not null,
  learned_at timestamptz not null default caravan.now(),
  primary key (provider, institution, kind)
);
comment on table caravan.ceiling is 'The widest span of days an institution accepts, learned by its refusals.';
