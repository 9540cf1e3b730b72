-- Sign-in of any kind: connections with settings and secrets of their own, tokens that are fetched without a user, trips that
-- come back in several ways and only to the browser they left from.

alter table caravan.connection add column settings jsonb not null default '{}';
alter table caravan.connection add column secrets_sealed text;
alter table caravan.connection add constraint connection_settings_are_an_object check (jsonb_typeof(settings) = 'object');
comment on column caravan.connection.settings is 'Settings of this connection alone, name to text: an installation, a customer, an address.';
comment on column caravan.connection.secrets_sealed is 'Secrets of this connection alone, a JSON object of name to text as JWE; never read back by any interface.';

alter table caravan.token_set alter column access_sealed drop not null;
alter table caravan.token_set add constraint token_set_lacks_an_access_token_only_before_its_first
  check (access_sealed is not null or generation = 0);
comment on column caravan.token_set.generation is 'Grows with every set that is stored; 0 is a connection whose first set is still being fetched.';

alter table caravan.journey rename column verifier_sealed to secrets_sealed;
alter table caravan.journey add column uuid_hash bytea unique;
alter table caravan.journey add column browser_hash bytea;
alter table caravan.journey add column reference text;
comment on column caravan.journey.secrets_sealed is 'State, uuid, PKCE verifier and nonce of the trip as JWE; gone when the trip is over.';
comment on column caravan.journey.uuid_hash is 'The same trip as a UUIDv4, for providers that return one instead of a state.';
comment on column caravan.journey.browser_hash is 'Of the cookie that the browser was given with the link: the way back is open to that browser only.';
comment on column caravan.journey.reference is 'What the provider calls the trip, for example its intent or consent.';
-- a trip under way was sealed in the form before this one: its user asks for a new link
update caravan.journey set expires_at = caravan.now(), secrets_sealed = null where opened_at is not null and used_at is null;
