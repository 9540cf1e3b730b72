-- consents [--provider NAME] [--days N] [--after CONNECTION] [--last N]: when consents end, the next one first, a hundred unless told; with --days only those that end in so many
select c.id as connection, c.provider, c.user_ref as user, c.state, date_trunc('second', c.consent_expires_at) as ends,
  ceil(extract(epoch from c.consent_expires_at - caravan.now()) / 86400)::int as days_left
from caravan.connection c
where (:provider is null or c.provider = :provider) and c.consent_expires_at is not null and c.state not in ('revoked', 'abandoned')
  and (:days is null or c.consent_expires_at < caravan.now() + make_interval(days => :days::int))
  and (:after is null or (c.consent_expires_at, c.id) > (select a.consent_expires_at, a.id from caravan.connection a where a.id = :after::uuid))
order by c.consent_expires_at, c.id limit coalesce(:last, '100')::int
