-- every 60
-- caravan.consents.ending: Consents of working connections that end within so many days.
select p.name as provider, w.days || 'd' as within, count(c.id) as "caravan.consents.ending"
from caravan.provider p
cross join (values (14), (3)) w(days)
left join caravan.connection c on c.provider = p.name and c.kind = 'data' and c.state in ('active', 'expiring')
  and c.consent_expires_at < caravan.now() + make_interval(days => w.days)
group by 1, 2
