-- The canonical store grows: organizations, parties, purses, beneficiaries, products, screening. Walks over pages and schedules by kind.

-- ---------------------------------------------------------------- schedules and walks

alter table caravan.task add column kinds jsonb not null default '{}';
comment on column caravan.task.kinds is 'When each kind of record is due, kind to instant; a kind that is not named was never pulled. due_at is the earliest of them.';

-- also in V3, whichever is there first
alter table caravan.connection add column if not exists settings jsonb not null default '{}';
alter table caravan.connection add column rested boolean not null default false;
comment on column caravan.connection.rested is 'Whether it is paused because pings failed: then a good ping lets it go on.';
alter table caravan.connection add column doubted_at timestamptz;
comment on column caravan.connection.doubted_at is 'When the provider first said that the connection is no more; confirmed by a second time.';

create table caravan.walk (
  connection_id uuid not null references caravan.connection,
  kind text not null,
  account text not null default '-',
  cursor text,
  since timestamptz,
  newest timestamptz,
  counts jsonb not null default '{}',
  pages int not null default 0,
  began_at timestamptz,
  moved_at timestamptz,
  watermark timestamptz,
  drained_at timestamptz,
  primary key (connection_id, kind, account)
);
comment on table caravan.walk is 'Walks over pages: the cursor of one that is under way, the watermark of those that were drained. Moved in the transaction of each page.';
comment on column caravan.walk.cursor is 'Where the next page begins, as the provider gave it; null before the first page.';
comment on column caravan.walk.since is 'The lower bound that the walk asked for, frozen while it lasts.';
comment on column caravan.walk.counts is 'How often each record without an id was met in the pages before, by fingerprint, so that equal records stay as many as they are.';
comment on column caravan.walk.watermark is 'The newest instant of records that were stored when the last walk was drained.';

create function caravan.summed(one jsonb, other jsonb) returns jsonb language sql immutable
return (select coalesce(jsonb_object_agg(key, times), '{}') from (
  select key, sum(value::int) as times from (
    select * from jsonb_each_text(coalesce(one, '{}')) union all select * from jsonb_each_text(coalesce(other, '{}'))) e
  group by key) s);
comment on function caravan.summed(jsonb, jsonb) is 'Two objects of counts as one.';

create function caravan.loose(given jsonb) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(given)
    when 'object' then (select coalesce(jsonb_object_agg(translate(lower(key), '_-', ''), caravan.loose(value)), '{}') from jsonb_each(given))
    when 'array' then (select coalesce(jsonb_agg(caravan.loose(value) order by nth), '[]') from jsonb_array_elements(given) with ordinality e(value, nth))
    else given end;
end $$;
comment on function caravan.loose(jsonb) is 'The same with every field name in lower case and without - and _, for providers that spell their fields in several ways.';

create function caravan.amount(written text) returns numeric language sql immutable
return nullif(translate(written, ', ', ''), '')::numeric;
comment on function caravan.amount(text) is 'A decimal that may be written with thousands separators.';

-- ---------------------------------------------------------------- canonical records

alter table caravan.account drop constraint account_family_is_known;
alter table caravan.account add constraint account_family_is_known check (family in ('account', 'card', 'purse'));
alter table caravan.account add column status text;
alter table caravan.account add column provider_organization_id text;
alter table caravan.account add column provider_party_id text;
create index account_by_provider_account_id on caravan.account (connection_id, provider_account_id);
create index account_by_party on caravan.account (connection_id, provider_party_id) where provider_party_id is not null;

alter table caravan.transaction add column origin jsonb;
alter table caravan.transaction add column is_loopback boolean not null default false;
alter table caravan.transaction add column is_mutable boolean not null default false;

create table caravan.organization (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  provider_organization_id text not null,
  parent_provider_id text,
  name text,
  is_active boolean,
  created_on timestamptz,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint organization_is_known_once unique (connection_id, identity),
  constraint organization_is_not_its_own_parent check (parent_provider_id is distinct from provider_organization_id)
);
comment on table caravan.organization is 'Organizations that a connection may see, a tree by parent_provider_id.';
create index organization_by_provider_id on caravan.organization (connection_id, provider_organization_id);

create function caravan.organization_depth(organization bigint) returns int language sql stable as $$
  with recursive up as (
    select o.connection_id, o.parent_provider_id, 0 as depth from caravan.organization o where o.id = organization
    union all
    select p.connection_id, p.parent_provider_id, up.depth + 1 from up
    join caravan.organization p on p.connection_id = up.connection_id and p.provider_organization_id = up.parent_provider_id
    where up.depth <= 16)
  select case when max(depth) > 16 then null else max(depth) end from up
$$;
comment on function caravan.organization_depth(bigint) is 'How many known parents are above an organization; null where they go round in a circle or are more than 16.';

create table caravan.party (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  kind text not null,
  provider_party_id text not null,
  provider_organization_id text,
  name text,
  given_name text,
  family_name text,
  birth_year int,
  birth_month int,
  birth_day int,
  gender text,
  role text,
  registration_number text,
  country text,
  legal_form text,
  operational_status text,
  is_active boolean,
  is_archived boolean,
  source_changed_at timestamptz,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint party_is_known_once unique (connection_id, identity),
  constraint party_kind_is_known check (kind in ('person', 'company')),
  constraint party_birth_month_is_a_month check (birth_month between 1 and 12),
  constraint party_birth_day_is_a_day check (birth_day between 1 and 31)
);
comment on table caravan.party is 'Persons and companies: members of organizations, subjects of screening.';
create index party_by_provider_id on caravan.party (connection_id, provider_party_id);

create table caravan.party_identifier (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  provider_party_id text not null,
  scheme text not null,
  value text not null,
  country text,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint party_identifier_is_known_once unique (connection_id, identity)
);
comment on table caravan.party_identifier is 'Identifiers of parties, one row a scheme and value.';
create index party_identifier_by_party on caravan.party_identifier (connection_id, provider_party_id);

create table caravan.party_relation (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  provider_party_id text not null,
  provider_link_id text not null,
  related_kind text not null,
  related_name text,
  related_identifier text,
  relation text not null,
  role text not null default '',
  stake_min numeric,
  stake_max numeric,
  is_high_risk_country boolean,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint party_relation_is_known_once unique (connection_id, identity),
  constraint party_relation_kind_is_known check (related_kind in ('person', 'company')),
  constraint party_relation_stake_is_a_share check (stake_min between 0 and 100 and stake_max between 0 and 100)
);
comment on table caravan.party_relation is 'Who owns, runs or benefits from a company.';
create index party_relation_by_party on caravan.party_relation (connection_id, provider_party_id);

create table caravan.beneficiary (
  id bigint generated always as identity primary key,
  account_id bigint not null references caravan.account,
  identity text collate "C" not null,
  digest bigint,
  provider_beneficiary_id text,
  name text,
  reference text,
  beneficiary_type text,
  scheme text,
  identification text,
  iban text,
  sort_code text,
  account_number text,
  agent text,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint beneficiary_is_known_once unique (account_id, identity)
);
comment on table caravan.beneficiary is 'Payees that the user of an account has saved.';

create table caravan.product (
  id bigint generated always as identity primary key,
  account_id bigint not null references caravan.account,
  identity text collate "C" not null,
  digest bigint,
  name text,
  product_type text,
  provider_product_id text,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint product_is_known_once unique (account_id, identity)
);
comment on table caravan.product is 'The product behind an account, as the provider names it.';

create table caravan.screening_subject (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  provider_party_id text not null,
  is_pep boolean,
  is_rca boolean,
  is_sanction boolean,
  is_sip boolean,
  is_sie boolean,
  is_adverse_media boolean,
  is_high_risk_country boolean,
  checked_lists text,
  source_changed_at timestamptz,
  checkpoint text,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint screening_subject_is_known_once unique (connection_id, identity)
);
comment on table caravan.screening_subject is 'What the screening of a party found, as flags.';
create index screening_subject_by_party on caravan.screening_subject (connection_id, provider_party_id);

create table caravan.screening_match (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  provider_party_id text not null,
  provider_link_id text not null default '',
  match_id text not null,
  alias_id text not null,
  group_no int,
  name text,
  score numeric,
  classification text not null,
  is_pep boolean,
  is_rca boolean,
  is_sanction boolean,
  is_sip boolean,
  is_sie boolean,
  is_adverse_media boolean,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint screening_match_is_known_once unique (connection_id, identity),
  constraint screening_match_score_is_between_0_and_1 check (score between 0 and 1),
  constraint screening_match_classification_is_known check (classification in ('unknown', 'false_positive', 'match'))
);
comment on table caravan.screening_match is 'Entries of watch lists that a party may be, alias by alias.';
create index screening_match_by_party on caravan.screening_match (connection_id, provider_party_id);

create table caravan.watchlist_entry (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  match_id text not null,
  list_id text,
  kind text,
  name text,
  source text,
  source_updated_at timestamptz,
  is_active boolean,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint watchlist_entry_is_known_once unique (connection_id, identity)
);
comment on table caravan.watchlist_entry is 'What the watch lists say of an entry that matched.';
create index watchlist_entry_by_match on caravan.watchlist_entry (connection_id, match_id);

create table caravan.screening_event (
  id bigint generated always as identity primary key,
  connection_id uuid not null references caravan.connection,
  identity text collate "C" not null,
  digest bigint,
  provider_party_id text,
  activity text not null,
  occurred_at timestamptz not null,
  details text,
  name text,
  raw jsonb not null,
  pull_id bigint,
  first_seen_at timestamptz not null default caravan.now(),
  changed_at timestamptz not null default caravan.now(),
  changed_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz,
  constraint screening_event_is_known_once unique (connection_id, identity)
);
comment on table caravan.screening_event is 'Activities of screening as the provider reports them by day.';

create table caravan.ping (
  connection_id uuid primary key references caravan.connection,
  at timestamptz not null,
  ok boolean not null,
  latency_ms int not null,
  failures int not null default 0,
  message text
);
comment on table caravan.ping is 'The last sign of life of each connection that is pinged; three failures in a row rest its pulls.';

-- ---------------------------------------------------------------- the promise

create view ledger.organization as
select c.provider, x.connection_id, x.id as organization_id, x.provider_organization_id, x.parent_provider_id,
  p.id as parent_organization_id, x.parent_provider_id is not null and p.id is null as is_detached,
  caravan.organization_depth(x.id) as depth, x.name, x.is_active, x.raw, x.first_seen_at, x.changed_at, x.removed_at
from caravan.organization x
join caravan.connection c on c.id = x.connection_id
left join caravan.organization p on p.connection_id = x.connection_id and p.provider_organization_id = x.parent_provider_id
  and p.removed_at is null;
comment on view ledger.organization is 'Organizations, a tree by parent.';
comment on column ledger.organization.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.organization.connection_id is 'The connection it came through.';
comment on column ledger.organization.organization_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.organization.provider_organization_id is 'The provider''s id.';
comment on column ledger.organization.parent_provider_id is 'The parent''s id at the provider; null at the top.';
comment on column ledger.organization.parent_organization_id is 'The parent, key of this view; null at the top and where the parent is not known (is_detached).';
comment on column ledger.organization.is_detached is 'Whether a parent is named that is not known; linked again when it comes.';
comment on column ledger.organization.depth is 'How many known parents are above; null where they go round in a circle or are more than 16.';
comment on column ledger.organization.name is 'As shown.';
comment on column ledger.organization.is_active is 'Whether the provider says it is active.';
comment on column ledger.organization.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.organization.first_seen_at is 'When it first came in.';
comment on column ledger.organization.changed_at is 'When a value of this row last changed.';
comment on column ledger.organization.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.party as
select c.provider, x.connection_id, x.id as party_id, x.kind, x.provider_party_id, x.provider_organization_id, x.name, x.given_name,
  x.family_name, x.birth_year, x.birth_month, x.birth_day, x.gender, x.role, x.registration_number, x.country, x.legal_form,
  x.operational_status, x.is_active, x.is_archived, x.source_changed_at, x.raw, x.first_seen_at, x.changed_at, x.removed_at
from caravan.party x
join caravan.connection c on c.id = x.connection_id;
comment on view ledger.party is 'Persons and companies: members of organizations, subjects of screening.';
comment on column ledger.party.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.party.connection_id is 'The connection it came through.';
comment on column ledger.party.party_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.party.kind is 'person or company.';
comment on column ledger.party.provider_party_id is 'The provider''s id, or your reference where the provider goes by that.';
comment on column ledger.party.provider_organization_id is 'The organization it belongs to, where the provider has such.';
comment on column ledger.party.name is 'Full name as shown.';
comment on column ledger.party.given_name is 'Of a person.';
comment on column ledger.party.family_name is 'Of a person.';
comment on column ledger.party.birth_year is 'Of a person; null where unknown.';
comment on column ledger.party.birth_month is '1 to 12; null where unknown.';
comment on column ledger.party.birth_day is '1 to 31; null where unknown.';
comment on column ledger.party.gender is 'As the provider names it.';
comment on column ledger.party.role is 'What the party is there, as the provider names it.';
comment on column ledger.party.registration_number is 'Of a company.';
comment on column ledger.party.country is 'Country of the identity, ISO 3166 as sent.';
comment on column ledger.party.legal_form is 'Of a company.';
comment on column ledger.party.operational_status is 'Of a company.';
comment on column ledger.party.is_active is 'Whether the provider says it is active.';
comment on column ledger.party.is_archived is 'Whether it is archived at the provider.';
comment on column ledger.party.source_changed_at is 'When the provider last changed it.';
comment on column ledger.party.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.party.first_seen_at is 'When it first came in.';
comment on column ledger.party.changed_at is 'When a value of this row last changed.';
comment on column ledger.party.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.party_identifier as
select c.provider, x.connection_id, x.id as party_identifier_id, x.provider_party_id, x.scheme, x.value, x.country, x.raw,
  x.first_seen_at, x.changed_at, x.removed_at
from caravan.party_identifier x
join caravan.connection c on c.id = x.connection_id;
comment on view ledger.party_identifier is 'Identifiers of parties.';
comment on column ledger.party_identifier.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.party_identifier.connection_id is 'The connection it came through.';
comment on column ledger.party_identifier.party_identifier_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.party_identifier.provider_party_id is 'The party, provider_party_id of ledger.party.';
comment on column ledger.party_identifier.scheme is 'What kind of identifier.';
comment on column ledger.party_identifier.value is 'The identifier.';
comment on column ledger.party_identifier.country is 'Who issued it, where told.';
comment on column ledger.party_identifier.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.party_identifier.first_seen_at is 'When it first came in.';
comment on column ledger.party_identifier.changed_at is 'When a value of this row last changed.';
comment on column ledger.party_identifier.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.party_relation as
select c.provider, x.connection_id, x.id as party_relation_id, x.provider_party_id, x.provider_link_id, x.related_kind,
  x.related_name, x.related_identifier, x.relation, x.role, x.stake_min, x.stake_max, x.is_high_risk_country, x.raw,
  x.first_seen_at, x.changed_at, x.removed_at
from caravan.party_relation x
join caravan.connection c on c.id = x.connection_id;
comment on view ledger.party_relation is 'Who owns, runs or benefits from a company.';
comment on column ledger.party_relation.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.party_relation.connection_id is 'The connection it came through.';
comment on column ledger.party_relation.party_relation_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.party_relation.provider_party_id is 'The company, provider_party_id of ledger.party.';
comment on column ledger.party_relation.provider_link_id is 'The provider''s id of the link.';
comment on column ledger.party_relation.related_kind is 'person or company.';
comment on column ledger.party_relation.related_name is 'Who it is.';
comment on column ledger.party_relation.related_identifier is 'Identity or registration number, where told.';
comment on column ledger.party_relation.relation is 'What they are to the company, as the provider names it.';
comment on column ledger.party_relation.role is 'Their role; empty where none is told.';
comment on column ledger.party_relation.stake_min is 'Least share in percent.';
comment on column ledger.party_relation.stake_max is 'Greatest share in percent.';
comment on column ledger.party_relation.is_high_risk_country is 'Whether the provider says so.';
comment on column ledger.party_relation.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.party_relation.first_seen_at is 'When it first came in.';
comment on column ledger.party_relation.changed_at is 'When a value of this row last changed.';
comment on column ledger.party_relation.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.beneficiary as
select c.provider, a.connection_id, x.account_id, x.id as beneficiary_id, x.provider_beneficiary_id, x.name, x.reference,
  x.beneficiary_type, x.scheme, x.identification, x.iban, x.sort_code, x.account_number, x.agent, x.raw, x.first_seen_at,
  x.changed_at, x.removed_at
from caravan.beneficiary x
join caravan.account a on a.id = x.account_id
join caravan.connection c on c.id = a.connection_id;
comment on view ledger.beneficiary is 'Payees that the user of an account has saved.';
comment on column ledger.beneficiary.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.beneficiary.connection_id is 'The connection it came through.';
comment on column ledger.beneficiary.account_id is 'The account, key of ledger.account.';
comment on column ledger.beneficiary.beneficiary_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.beneficiary.provider_beneficiary_id is 'The provider''s id, where it has one.';
comment on column ledger.beneficiary.name is 'Who is paid.';
comment on column ledger.beneficiary.reference is 'The payment reference.';
comment on column ledger.beneficiary.beneficiary_type is 'As the provider names it.';
comment on column ledger.beneficiary.scheme is 'Kind of the account identification.';
comment on column ledger.beneficiary.identification is 'The account identification as sent.';
comment on column ledger.beneficiary.iban is 'IBAN where it is one.';
comment on column ledger.beneficiary.sort_code is 'UK sort code, six digits.';
comment on column ledger.beneficiary.account_number is 'UK account number, eight digits.';
comment on column ledger.beneficiary.agent is 'The payee''s bank.';
comment on column ledger.beneficiary.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.beneficiary.first_seen_at is 'When it first came in.';
comment on column ledger.beneficiary.changed_at is 'When a value of this row last changed.';
comment on column ledger.beneficiary.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.product as
select c.provider, a.connection_id, x.account_id, x.id as product_id, x.name, x.product_type, x.provider_product_id, x.raw,
  x.first_seen_at, x.changed_at, x.removed_at
from caravan.product x
join caravan.account a on a.id = x.account_id
join caravan.connection c on c.id = a.connection_id;
comment on view ledger.product is 'The product behind an account.';
comment on column ledger.product.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.product.connection_id is 'The connection it came through.';
comment on column ledger.product.account_id is 'The account, key of ledger.account.';
comment on column ledger.product.product_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.product.name is 'Name of the product.';
comment on column ledger.product.product_type is 'As the provider names it.';
comment on column ledger.product.provider_product_id is 'The provider''s id.';
comment on column ledger.product.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.product.first_seen_at is 'When it first came in.';
comment on column ledger.product.changed_at is 'When a value of this row last changed.';
comment on column ledger.product.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.screening_subject as
select c.provider, x.connection_id, x.id as screening_subject_id, x.provider_party_id, x.is_pep, x.is_rca, x.is_sanction, x.is_sip,
  x.is_sie, x.is_adverse_media, x.is_high_risk_country, x.checked_lists, x.source_changed_at, x.checkpoint,
  case
    when x.removed_at is not null then null
    when exists (select from caravan.screening_match m where m.connection_id = x.connection_id
      and m.provider_party_id = x.provider_party_id and m.removed_at is null and m.is_sanction and m.classification <> 'false_positive') then 'high'
    when (x.is_pep or x.is_rca) and exists (select from caravan.screening_match m where m.connection_id = x.connection_id
      and m.provider_party_id = x.provider_party_id and m.removed_at is null and m.classification <> 'false_positive')
      or x.is_high_risk_country then 'elevated'
    else 'low' end as risk_level,
  x.raw, x.first_seen_at, x.changed_at, x.removed_at
from caravan.screening_subject x
join caravan.connection c on c.id = x.connection_id;
comment on view ledger.screening_subject is 'What the screening of a party found.';
comment on column ledger.screening_subject.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.screening_subject.connection_id is 'The connection it came through.';
comment on column ledger.screening_subject.screening_subject_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.screening_subject.provider_party_id is 'The party, provider_party_id of ledger.party.';
comment on column ledger.screening_subject.is_pep is 'Politically exposed person.';
comment on column ledger.screening_subject.is_rca is 'Relative or close associate of one.';
comment on column ledger.screening_subject.is_sanction is 'On a sanctions list.';
comment on column ledger.screening_subject.is_sip is 'Special interest person.';
comment on column ledger.screening_subject.is_sie is 'Special interest entity.';
comment on column ledger.screening_subject.is_adverse_media is 'In adverse media.';
comment on column ledger.screening_subject.is_high_risk_country is 'Tied to a high risk country.';
comment on column ledger.screening_subject.checked_lists is 'The lists that were checked, comma separated.';
comment on column ledger.screening_subject.source_changed_at is 'When the provider last changed it.';
comment on column ledger.screening_subject.checkpoint is 'The provider''s opaque mark of that change.';
comment on column ledger.screening_subject.risk_level is 'Derived by us, not told by the provider: high for a sanctions match that is open or confirmed; elevated for PEP, RCA or a high risk country; low else.';
comment on column ledger.screening_subject.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.screening_subject.first_seen_at is 'When it first came in.';
comment on column ledger.screening_subject.changed_at is 'When a value of this row last changed.';
comment on column ledger.screening_subject.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.screening_match as
select c.provider, x.connection_id, x.id as screening_match_id, x.provider_party_id, x.provider_link_id, x.match_id, x.alias_id,
  x.group_no, x.name, x.score, x.classification, x.is_pep, x.is_rca, x.is_sanction, x.is_sip, x.is_sie, x.is_adverse_media,
  x.raw, x.first_seen_at, x.changed_at, x.removed_at
from caravan.screening_match x
join caravan.connection c on c.id = x.connection_id;
comment on view ledger.screening_match is 'Entries of watch lists that a party may be. A match that is gone has removed_at.';
comment on column ledger.screening_match.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.screening_match.connection_id is 'The connection it came through.';
comment on column ledger.screening_match.screening_match_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.screening_match.provider_party_id is 'The party, provider_party_id of ledger.party.';
comment on column ledger.screening_match.provider_link_id is 'The link of the company it is about; empty where it is about the party itself.';
comment on column ledger.screening_match.match_id is 'The listed entity.';
comment on column ledger.screening_match.alias_id is 'Which of its names.';
comment on column ledger.screening_match.group_no is 'Matches of one listed entity share it, from 1.';
comment on column ledger.screening_match.name is 'The name on the list.';
comment on column ledger.screening_match.score is '0 to 1, 1 is certain.';
comment on column ledger.screening_match.classification is 'unknown, false_positive or match, as decided at the provider.';
comment on column ledger.screening_match.is_pep is 'Politically exposed person.';
comment on column ledger.screening_match.is_rca is 'Relative or close associate of one.';
comment on column ledger.screening_match.is_sanction is 'On a sanctions list.';
comment on column ledger.screening_match.is_sip is 'Special interest person.';
comment on column ledger.screening_match.is_sie is 'Special interest entity.';
comment on column ledger.screening_match.is_adverse_media is 'In adverse media.';
comment on column ledger.screening_match.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.screening_match.first_seen_at is 'When it first came in.';
comment on column ledger.screening_match.changed_at is 'When a value of this row last changed.';
comment on column ledger.screening_match.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.watchlist_entry as
select c.provider, x.connection_id, x.id as watchlist_entry_id, x.match_id, x.list_id, x.kind, x.name, x.source, x.source_updated_at,
  x.is_active, x.raw, x.first_seen_at, x.changed_at, x.removed_at
from caravan.watchlist_entry x
join caravan.connection c on c.id = x.connection_id;
comment on view ledger.watchlist_entry is 'What the watch lists say of entries that matched.';
comment on column ledger.watchlist_entry.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.watchlist_entry.connection_id is 'The connection it came through.';
comment on column ledger.watchlist_entry.watchlist_entry_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.watchlist_entry.match_id is 'The listed entity, match_id of ledger.screening_match.';
comment on column ledger.watchlist_entry.list_id is 'The list''s own id.';
comment on column ledger.watchlist_entry.kind is 'person or company.';
comment on column ledger.watchlist_entry.name is 'First name on the list.';
comment on column ledger.watchlist_entry.source is 'The list.';
comment on column ledger.watchlist_entry.source_updated_at is 'When the list last changed it.';
comment on column ledger.watchlist_entry.is_active is 'Whether it is still listed.';
comment on column ledger.watchlist_entry.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.watchlist_entry.first_seen_at is 'When it first came in.';
comment on column ledger.watchlist_entry.changed_at is 'When a value of this row last changed.';
comment on column ledger.watchlist_entry.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.screening_event as
select c.provider, x.connection_id, x.id as screening_event_id, x.provider_party_id, x.activity, x.occurred_at, x.details, x.name,
  x.raw, x.first_seen_at, x.changed_at, x.removed_at
from caravan.screening_event x
join caravan.connection c on c.id = x.connection_id;
comment on view ledger.screening_event is 'Activities of screening as the provider reports them.';
comment on column ledger.screening_event.provider is 'Name of the provider, as its folder under routes/.';
comment on column ledger.screening_event.connection_id is 'The connection it came through.';
comment on column ledger.screening_event.screening_event_id is 'Ours, stable for life; the key to load by.';
comment on column ledger.screening_event.provider_party_id is 'The party, provider_party_id of ledger.party.';
comment on column ledger.screening_event.activity is 'What happened, as the provider names it.';
comment on column ledger.screening_event.occurred_at is 'When.';
comment on column ledger.screening_event.details is 'In the provider''s words.';
comment on column ledger.screening_event.name is 'Name of the party at that time.';
comment on column ledger.screening_event.raw is 'What the provider sent, what must not be kept masked.';
comment on column ledger.screening_event.first_seen_at is 'When it first came in.';
comment on column ledger.screening_event.changed_at is 'When a value of this row last changed.';
comment on column ledger.screening_event.removed_at is 'Tombstone: since when the provider no longer tells it; null is alive.';

create view ledger.ping as
select c.provider, p.connection_id, p.at, p.ok, p.latency_ms, p.failures, p.message
from caravan.ping p join caravan.connection c on c.id = p.connection_id;
comment on view ledger.ping is 'The last sign of life of each connection that is pinged.';
comment on column ledger.ping.provider is 'Name of the provider.';
comment on column ledger.ping.connection_id is 'The connection.';
comment on column ledger.ping.at is 'When it was pinged last.';
comment on column ledger.ping.ok is 'Whether the provider answered as it should.';
comment on column ledger.ping.latency_ms is 'How long the answer took, milliseconds.';
comment on column ledger.ping.failures is 'How many pings failed in a row; three rest the pulls.';
comment on column ledger.ping.message is 'What came instead of a good answer.';

-- columns are added at the end of the views of the first house
create or replace view ledger.account as
select c.provider, a.connection_id, a.id as account_id, a.provider_account_id, a.family, a.account_type, a.currency, a.display_name,
  a.holder_name, a.iban, a.sort_code, a.account_number, a.bic, a.masked_pan, a.card_network, a.institution, a.raw,
  a.first_seen_at, a.changed_at, a.removed_at, a.status, a.provider_organization_id, a.provider_party_id
from caravan.account a join caravan.connection c on c.id = a.connection_id;
comment on view ledger.account is 'Accounts, cards and purses.';
comment on column ledger.account.family is 'account, card or purse.';
comment on column ledger.account.account_type is 'As the provider names it: a bank''s kind of account, the type of a purse.';
comment on column ledger.account.status is 'As the provider names it; null where it tells none.';
comment on column ledger.account.provider_organization_id is 'The organization it belongs to, of ledger.organization; null where the provider has none.';
comment on column ledger.account.provider_party_id is 'Whose it is, of ledger.party; null where the provider has no parties.';

create or replace view ledger.transaction as
select c.provider, a.connection_id, t.account_id, t.id as transaction_id, t.provider_transaction_id, t.status, t.booked_at,
  t.booking_date, t.value_date, t.amount, t.currency, t.direction, t.running_balance, t.description, t.merchant_name,
  t.counterparty_name, t.counterparty_account, t.category, t.classification, t.anomaly, t.settled_as, t.raw, t.first_seen_at, t.changed_at,
  t.removed_at, t.origin, t.is_loopback, t.is_mutable
from caravan.transaction t
join caravan.account a on a.id = t.account_id
join caravan.connection c on c.id = a.connection_id;
comment on column ledger.transaction.origin is 'Which integration made it, by tag; null where the provider tells none.';
comment on column ledger.transaction.is_loopback is 'Whether it was made by ourselves and must not be counted as news.';
comment on column ledger.transaction.is_mutable is 'Whether the provider says that it may still change although it is booked.';
