-- Payments: one row each, authorised by its user on a trip of its own, submitted once and only once.

-- The consent of a payment is for that payment alone: the connection that holds its trip and its tokens can never be pulled.
alter table caravan.connection add column kind text not null default 'data';
alter table caravan.connection add constraint connection_kind_is_known check (kind in ('data', 'payment'));
alter table caravan.connection add constraint connection_of_a_payment_is_never_pulled
  check (kind = 'data' or state not in ('active', 'expiring'));
comment on column caravan.connection.kind is 'data, or payment: the consent of the payment with the same id, which ledger.connection and ledger.trip do not show.';

-- with whatever columns the views have by now
do $$
declare shown text;
begin
  foreach shown in array array['ledger.connection', 'ledger.trip'] loop
    execute format('create or replace view %s as %s where c.kind = %L', shown, rtrim(pg_get_viewdef(shown), ';'), 'data');
  end loop;
end $$;

create table caravan.payment (
  id uuid primary key references caravan.connection,
  provider text not null,
  user_ref text not null,
  state text not null default 'draft',
  amount numeric not null,
  currency text not null,
  payee_name text not null,
  payee_account text not null,
  reference text not null,
  intent_sealed text,
  key_hash bytea not null,
  request_sealed text not null,
  link_sealed text,
  provider_payment_id text,
  provider_status text,
  created_at timestamptz not null default caravan.now(),
  authorised_at timestamptz,
  submitting_at timestamptz,
  submitted_at timestamptz,
  unknown_since timestamptz,
  settled_at timestamptz,
  awaited_until timestamptz,
  next_poll_at timestamptz,
  polls int not null default 0,
  erased_at timestamptz,
  last_fault text,
  changed_at timestamptz not null default caravan.now(),
  constraint payment_key_makes_one_payment unique (key_hash),
  constraint payment_state_is_known check (state in ('draft', 'authorised', 'submitting', 'submitted', 'pending', 'executed',
    'rejected', 'unknown', 'declined', 'abandoned')),
  constraint payment_amount_is_above_zero_with_two_decimals check (amount > 0 and min_scale(amount) <= 2),
  constraint payment_currency_is_known check (caravan.is_currency(currency)),
  constraint payment_shows_four_digits_of_the_account_at_most check (payee_account like '****____'),
  constraint payment_leaves_only_when_it_was_authorised check (submitting_at is null or authorised_at is not null),
  constraint payment_that_is_awaited_has_an_end check (state <> 'submitting' or awaited_until is not null),
  constraint payment_of_unknown_state_says_since_when check ((state = 'unknown') = (unknown_since is not null)),
  constraint payment_is_over_when_it_is_settled
    check ((state in ('executed', 'rejected', 'declined', 'abandoned')) = (settled_at is not null)),
  constraint payment_keeps_its_intent_until_it_is_erased check ((intent_sealed is null) = (erased_at is not null))
);
comment on table caravan.payment is 'Payments. Its id is the id of its connection, the uuid of its trip and the idempotency key of its one submission.';
comment on column caravan.payment.payee_account is 'The account that is paid, all but its last four digits masked.';
comment on column caravan.payment.intent_sealed is 'What is submitted, as JWE: the only place of sort code and account number; erased some time after the end.';
comment on column caravan.payment.key_hash is 'SHA-256 of the Idempotency-Key that asked for it: the same key never makes a second payment.';
comment on column caravan.payment.request_sealed is 'SHA-256 of what was asked, as JWE since an account number can be guessed from a bare hash: the same key must ask for the same.';
comment on column caravan.payment.link_sealed is 'The token of its one-time link as JWE, to give the same answer again; erased with the intent.';
comment on column caravan.payment.submitting_at is 'When it was about to leave; committed before it did.';
comment on column caravan.payment.awaited_until is 'Until when the node that submitted it may still hear an answer; found in submitting after that, nobody knows what became of it.';
comment on column caravan.payment.next_poll_at is 'When to ask the provider for its state; null is never again.';
comment on column caravan.payment.polls is 'How often the provider was asked for its state.';
comment on column caravan.payment.erased_at is 'When its tokens, its link and its intent were erased.';
create index payment_under_way on caravan.payment (provider, state) where state in ('draft', 'authorised', 'submitting');
create index payment_to_ask_for on caravan.payment (provider, next_poll_at) where next_poll_at is not null;
create index payment_to_erase on caravan.payment (provider, settled_at) where erased_at is null and settled_at is not null;
create index payment_by_creation on caravan.payment (created_at);

create table caravan.payment_event (
  id bigint generated always as identity primary key,
  payment_id uuid not null references caravan.payment,
  at timestamptz not null default caravan.now(),
  from_state text,
  to_state text not null,
  who text not null default 'caravan',
  why text
);
comment on table caravan.payment_event is 'Every change of a payment''s state, by whom and why; only ever added to.';
create index payment_event_by_payment on caravan.payment_event (payment_id, id);

create function caravan.payment_moves() returns trigger language plpgsql as $$
begin
  new.changed_at := caravan.now();
  if new.state = old.state then
    return new;
  end if;
  if old.state || ' ' || new.state not in (
      'draft authorised', 'draft declined', 'draft abandoned',
      'authorised submitting', 'authorised abandoned',
      'submitting submitted', 'submitting rejected', 'submitting unknown', 'submitting abandoned',
      'submitted pending', 'submitted executed', 'submitted rejected', 'pending executed', 'pending rejected',
      'unknown submitted', 'unknown pending', 'unknown executed', 'unknown rejected') then
    raise exception 'a payment does not go from % to %', old.state, new.state
      using errcode = 'check_violation', constraint = 'payment_moves_only_as_payments_do';
  end if;
  new.unknown_since := case when new.state = 'unknown' then caravan.now() end;
  case new.state
    when 'authorised' then new.authorised_at := caravan.now();
    when 'submitting' then new.submitting_at := caravan.now();
    when 'submitted' then new.submitted_at := caravan.now();
    when 'executed', 'rejected', 'declined', 'abandoned' then
      new.settled_at := caravan.now();
      new.next_poll_at := null;
    else null;
  end case;
  return new;
end $$;
comment on function caravan.payment_moves() is 'Refuses every change of state that a payment does not make, and writes down when it came to each: submitting is reached once in a life.';
create trigger payment_moves before update on caravan.payment for each row execute function caravan.payment_moves();

create view ledger.payment as
select p.id as payment_id, p.provider, p.user_ref, p.state, p.amount, p.currency, p.payee_name, p.payee_account, p.reference,
  p.provider_payment_id, p.provider_status, p.created_at, p.authorised_at, p.submitting_at, p.submitted_at, p.settled_at, p.unknown_since,
  p.polls, p.next_poll_at, p.last_fault, p.changed_at
from caravan.payment p;
comment on view ledger.payment is 'Payments that users were asked to authorise, and what became of each.';
comment on column ledger.payment.payment_id is 'Ours, stable for life; also the idempotency key that the provider was given.';
comment on column ledger.payment.provider is 'Name of the provider it goes through.';
comment on column ledger.payment.user_ref is 'Your own reference of the user who pays.';
comment on column ledger.payment.state is 'draft, authorised (by the user), submitting, submitted (the provider has it), pending, executed, rejected, unknown (nobody knows whether it was made: never sent again, somebody looks), declined (by the user) or abandoned (it never left).';
comment on column ledger.payment.amount is 'What is paid, above zero.';
comment on column ledger.payment.currency is 'ISO 4217.';
comment on column ledger.payment.payee_name is 'Who is paid.';
comment on column ledger.payment.payee_account is 'The account that is paid, masked but for its last four digits.';
comment on column ledger.payment.reference is 'What the payee reads on the statement.';
comment on column ledger.payment.provider_payment_id is 'The provider''s id of it; null while it told none.';
comment on column ledger.payment.provider_status is 'The provider''s last word on it, as it came.';
comment on column ledger.payment.created_at is 'When it was asked for.';
comment on column ledger.payment.authorised_at is 'When the user came back with a yes.';
comment on column ledger.payment.submitting_at is 'When it was about to leave; one without was never sent.';
comment on column ledger.payment.submitted_at is 'When the provider had it.';
comment on column ledger.payment.settled_at is 'When it came to executed, rejected, declined or abandoned.';
comment on column ledger.payment.unknown_since is 'Since when its state is unknown; null otherwise.';
comment on column ledger.payment.polls is 'How often the provider was asked for its state.';
comment on column ledger.payment.next_poll_at is 'When it is asked next; null is never again.';
comment on column ledger.payment.last_fault is 'Why it is not where it should be, in one line.';
comment on column ledger.payment.changed_at is 'When a value of this row last changed.';

create view ledger.payment_event as
select e.id as event_id, e.payment_id, e.at, e.from_state, e.to_state, e.who, e.why from caravan.payment_event e;
comment on view ledger.payment_event is 'The life of each payment: every change of its state.';
comment on column ledger.payment_event.event_id is 'Ours, growing.';
comment on column ledger.payment_event.payment_id is 'The payment, payment_id of ledger.payment.';
comment on column ledger.payment_event.at is 'When.';
comment on column ledger.payment_event.from_state is 'The state before; null where it began.';
comment on column ledger.payment_event.to_state is 'The state from then on.';
comment on column ledger.payment_event.who is 'caravan, user, or the operator who settled or cancelled it.';
comment on column ledger.payment_event.why is 'In one line; null where the step says it.';
