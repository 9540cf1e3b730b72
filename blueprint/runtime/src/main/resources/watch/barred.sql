-- every 60
-- caravan.calls.barred: Connections that may not make this call before some time, since the provider said so.
select p.name as provider, coalesce(b.endpoint, 'any') as scope, count(distinct b.connection_id) as "caravan.calls.barred"
from caravan.provider p
left join (caravan.call_ban b join caravan.connection c on c.id = b.connection_id and b.until > caravan.now()) on c.provider = p.name
group by 1, 2
