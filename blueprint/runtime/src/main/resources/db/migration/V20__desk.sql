-- What operators do from the desk: pauses, replays of refused records, keys of the vault.

-- ---------------------------------------------------------------- pauses

create table caravan.hold (
  id bigint generated always as identity primary key,
  provider text not null,
  connection_id uuid references caravan.connection,
  held_at timestamptz not null default caravan.now(),
  held_until timestamptz,
  held_by text not null,
  why text,
  over_at timestamptz,
  over_by text,
  constraint hold_ends_after_it_began check (held_until is null or held_until > held_at),
  constraint hold_that_is_over_says_by_whom check ((over_at is null) = (over_by is null))
);
comment on table caravan.hold is 'Pauses that a person ordered, of one connection or of a whole provider, and how each ended; never deleted while the connection is there. Distinct from paused_until, which is a rest that a fault ordered.';
comment on column caravan.hold.connection_id is 'The connection; null pauses the whole provider.';
comment on column caravan.hold.held_until is 'When it ends by itself; null waits for somebody to resume.';
comment on column caravan.hold.held_by is 'Who paused, as the door of the desk knew them.';
comment on column caravan.hold.over_at is 'When it was resumed, or replaced by another pause; null while it stands, or ran out by itself.';
create unique index hold_stands_once on caravan.hold (provider, coalesce(connection_id, '00000000-0000-0000-0000-000000000000'))
  where over_at is null;
create index hold_by_connection on caravan.hold (connection_id);

create view ledger.hold as
select h.id as hold_id, h.provider, h.connection_id, h.held_at, h.held_until, h.held_by, h.why, h.over_at, h.over_by,
  h.over_at is null and coalesce(h.held_until > caravan.now(), true) as stands
from caravan.hold h;
comment on view ledger.hold is 'Pauses that a person ordered, those that stand and those that are over.';
comment on column ledger.hold.hold_id is 'Ours, growing in order of pausing.';
comment on column ledger.hold.provider is 'Name of the provider.';
comment on column ledger.hold.connection_id is 'The connection; null where the whole provider is paused.';
comment on column ledger.hold.held_at is 'When it was paused.';
comment on column ledger.hold.held_until is 'When it goes on by itself; null waits for somebody to resume.';
comment on column ledger.hold.held_by is 'Who paused it.';
comment on column ledger.hold.why is 'Why, in their words.';
comment on column ledger.hold.over_at is 'When somebody resumed it or paused it anew.';
comment on column ledger.hold.over_by is 'Who did.';
comment on column ledger.hold.stands is 'Whether it stops pulls now.';

create or replace view ledger.connection as
select c.id as connection_id, c.provider, c.user_ref, c.state, c.external_id, c.institution, c.scopes, c.created_at,
  c.authorised_at, c.consent_expires_at, c.first_complete_at, c.last_ok_at, c.last_fault, c.paused_until, c.id_token_verified,
  c.reconfirmed_at, h.held_at, h.held_until, h.held_by, h.why as held_why
from caravan.connection c
left join lateral (
  select * from caravan.hold h where h.provider = c.provider and h.over_at is null
    and coalesce(h.connection_id, '00000000-0000-0000-0000-000000000000') in ('00000000-0000-0000-0000-000000000000', c.id)
    and coalesce(h.held_until > caravan.now(), true)
  order by h.connection_id nulls last limit 1) h on true
where c.kind = 'data';
comment on column ledger.connection.held_at is 'Since when a person has paused it, or its provider; null while nobody has.';
comment on column ledger.connection.held_until is 'When that pause ends by itself; null where it waits for somebody to resume.';
comment on column ledger.connection.held_by is 'Who paused it.';
comment on column ledger.connection.held_why is 'Why, in their words.';

-- ---------------------------------------------------------------- refused records are tried again

alter table caravan.rejected_record add column way jsonb;
alter table caravan.rejected_record add column payload_cut boolean not null default false;
alter table caravan.rejected_record add column replays int not null default 0;
alter table caravan.rejected_record add column settled_at timestamptz;
alter table caravan.rejected_record add column settled_how text;
alter table caravan.rejected_record add column settled_by text;
alter table caravan.rejected_record add constraint rejected_record_is_settled_in_a_known_way
  check (settled_how in ('stored', 'newer', 'superseded'));
alter table caravan.rejected_record add constraint rejected_record_says_how_it_was_settled
  check ((settled_at is null) = (settled_how is null) and (settled_at is null) = (settled_by is null));
comment on column caravan.rejected_record.way is 'How its page was stored: mappings, part and context; null where an earlier version kept it, then it cannot be replayed.';
comment on column caravan.rejected_record.payload_cut is 'Whether long numbers were cut out of the payload blindly, since its mapping could not mask it: an id may be one of them, so it cannot be replayed.';
comment on column caravan.rejected_record.replays is 'How often somebody tried it again in vain.';
comment on column caravan.rejected_record.settled_how is 'stored, newer (the store has it in a newer form), superseded (a later whole set was told without it); null while it is open.';

create or replace view ledger.rejected_record as
select r.id as rejected_id, r.provider, r.connection_id, r.account_id, r.kind, r.pull_id, r.page, r.position, r.reason, r.sqlstate,
  r.payload, r.first_seen_at, r.last_seen_at, r.times, r.replays, r.settled_at, r.settled_how
from caravan.rejected_record r;
comment on column ledger.rejected_record.replays is 'How often somebody tried it again in vain.';
comment on column ledger.rejected_record.settled_at is 'When it was settled by a replay; null while it is missing from the store.';
comment on column ledger.rejected_record.settled_how is 'stored, newer (the store has it in a newer form), superseded (a later whole set was told without it).';

-- ---------------------------------------------------------------- keys of the vault

create table caravan.vault_key (
  kid text primary key,
  known_at timestamptz not null default caravan.now(),
  current_at timestamptz,
  replaced_at timestamptz,
  retired_at timestamptz,
  constraint vault_key_has_an_id_of_eight_digits check (kid ~ '^[0-9a-f]{8}$'),
  constraint vault_key_is_replaced_before_it_is_retired check (retired_at is null or replaced_at is not null)
);
comment on table caravan.vault_key is 'The keys that the vault ever had, by their ids: the keys themselves are in the key file alone.';
comment on column caravan.vault_key.current_at is 'Since when nodes seal under it; null while it is only handed out.';
comment on column caravan.vault_key.replaced_at is 'Since when they seal under another one.';
comment on column caravan.vault_key.retired_at is 'When it was given up: nothing was sealed under it any more, and every node takes it out of its key file.';
create unique index vault_key_current_once on caravan.vault_key ((current_at is not null)) where current_at is not null and replaced_at is null;

create table caravan.vault_node (
  node text primary key,
  kids text[] not null,
  seals_under text not null,
  seen_at timestamptz not null default caravan.now()
);
comment on table caravan.vault_node is 'Which keys each running node has: a key is sealed under only when all of them can read it.';

-- what is sealed anew under another key is no change of a payment
create or replace function caravan.payment_moves() returns trigger language plpgsql as $$
begin
  if (new.intent_sealed, new.request_sealed, new.link_sealed) is distinct from (old.intent_sealed, old.request_sealed, old.link_sealed)
      and to_jsonb(new) - array['intent_sealed', 'request_sealed', 'link_sealed']
        = to_jsonb(old) - array['intent_sealed', 'request_sealed', 'link_sealed'] then
    return new;
  end if;
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
