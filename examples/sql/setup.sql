-- A warehouse that follows the store: its tables, once. Run by a login that owns schema warehouse and may read ledger.
-- Everything here is plain PostgreSQL; in a warehouse elsewhere your tool carries the rows of what is marked AT THE STORE.

-- where we are in the feed; one cursor serves all kinds that are loaded together
create table warehouse.feed (
  name text primary key,
  cursor text not null,
  moved_at timestamptz not null default now()
);

create table warehouse.account (
  account_id bigint primary key,
  provider text not null,
  connection_id uuid not null,
  currency text not null,
  display_name text,
  status text,
  removed_at timestamptz
);

create table warehouse.transaction (
  transaction_id bigint primary key,
  account_id bigint not null,
  status text not null,
  booking_date date,
  amount numeric not null,
  currency text not null,
  description text,
  removed_at timestamptz
);

-- what an account was, and when: one line a change
create table warehouse.account_version (
  account_id bigint not null,
  cursor text not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  op text not null,
  display_name text,
  status text,
  primary key (account_id, cursor)
);
