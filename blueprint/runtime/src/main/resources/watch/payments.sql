-- every 15
-- caravan.payments.unknown: Payments of which nobody knows whether the bank took them; they are never sent again.
-- caravan.payments.stuck: Payments that were submitted and that nobody asks about any more.
select p.name as provider, count(*) filter (where y.state = 'unknown') as "caravan.payments.unknown",
  count(*) filter (where y.state in ('submitted', 'pending') and y.next_poll_at is null) as "caravan.payments.stuck"
from caravan.provider p left join caravan.payment y on y.provider = p.name and y.state in ('unknown', 'submitted', 'pending')
group by 1
