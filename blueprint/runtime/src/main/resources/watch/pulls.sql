-- every 15
-- caravan.lag.seconds: Seconds since the last pull that brought everything, of the working connection that waits the longest.
-- caravan.pulls.overdue: Working connections whose pull was due more than 15 minutes ago and neither runs nor rests.
-- caravan.pulls.running: Connections that are pulled now, on any node.
-- caravan.connections.resting: Working connections that rest, because the provider throttles, an operator paused them or a call failed.
-- caravan.leases.dead: Leases that ran out and that nobody gave back: a node died, or hangs.
-- caravan.consent.left.seconds: Seconds until the consent that ends next.
-- caravan.provider.stopped: 1 while the provider refuses our client credentials and nothing is pulled.
select p.name as provider,
  coalesce(extract(epoch from max(caravan.now() - coalesce(c.last_ok_at, c.authorised_at, c.created_at)) filter (where c.works)), 0)
    as "caravan.lag.seconds",
  count(*) filter (where c.works and t.due_at < caravan.now() - interval '15 minutes' and coalesce(c.paused_until < caravan.now(), true)
    and coalesce(c.lease_until < caravan.now(), true)) as "caravan.pulls.overdue",
  count(*) filter (where c.lease_until > caravan.now()) as "caravan.pulls.running",
  count(*) filter (where c.works and c.paused_until > caravan.now()) as "caravan.connections.resting",
  count(*) filter (where c.lease_owner is not null and c.lease_until < caravan.now()) as "caravan.leases.dead",
  extract(epoch from min(c.consent_expires_at) filter (where c.works) - caravan.now()) as "caravan.consent.left.seconds",
  (p.stopped_at is not null)::int as "caravan.provider.stopped"
from caravan.provider p
left join lateral (
  select *, state in ('active', 'expiring') as works from caravan.connection x where x.provider = p.name and x.kind = 'data') c on true
left join caravan.task t on t.connection_id = c.id and t.kind = 'pull'
group by p.name, p.stopped_at
