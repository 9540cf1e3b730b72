-- consents [--provider NAME] [--days N]: when consents end, the next one first; with --days only those that end in so many
select c.id as connection, c.provider, c.user_ref as user, c.state, date_trunc('second', c.consent_expires_at) as ends,
  ceil(extract(epoch from c.consent_expires_at - caravan.now()) / 86400)::int as days_left
from caravan.connection c
where (:provider is null or c.provider = :provider) and c.consent_expires_at is not null and c.state not in ('revoked', 'abandoned')
  and (:days is null or c.consent_expires_at < caravan.now() + make_interval(days => :days::int))
order by c.consent_expires_at
