-- every 300
-- caravan.stale: Kinds of accounts that are older than their schedule promises, by the cause; what is gone for good is left out.
select p.name as provider, coalesce(f.cause, 'overdue') as cause, count(f.cause) as "caravan.stale"
from caravan.provider p
left join ledger.freshness f on f.provider = p.name and (f.fresh_until <= caravan.now() or f.last_complete_at is null)
  and f.cause not in ('disconnected', 'account_gone')
group by 1, 2
