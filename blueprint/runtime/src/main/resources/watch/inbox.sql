-- every 15
-- caravan.inbox.open: Webhook events that wait to be worked on.
-- caravan.inbox.oldest.seconds: How long the oldest of them has waited.
-- caravan.inbox.dead: Webhook events that failed so often that an operator has to replay them.
select p.name as provider, sum(coalesce(e.open, 0)) as "caravan.inbox.open", max(coalesce(e.oldest, 0)) as "caravan.inbox.oldest.seconds",
  sum(coalesce(e.dead, 0)) as "caravan.inbox.dead"
from caravan.provider p
left join (
  select provider, count(*) as open, extract(epoch from caravan.now() - min(received_at)) as oldest, 0 as dead
  from caravan.inbox where state in ('new', 'waiting') group by provider
  union all
  select provider, 0, 0, count(*) from caravan.inbox where state = 'dead' group by provider) e on e.provider = p.name
group by 1
