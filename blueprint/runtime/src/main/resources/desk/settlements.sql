-- settlements [id] [--provider NAME] [--connection ID] [--account ID] [--after ID] [--last N] [--decided] [--accept] [--reject]: pending transactions that are gone and the booked ones that they may have become, where a person has to say so, the newest first; with --decided what was linked or rejected, and by whom; with an id and --accept or --reject the pair is decided
select s.id, c.provider, s.account_id as account, s.tier, s.outcome, s.reason, p.id as pending, p.booking_date as pending_date,
  p.amount as pending_amount, p.currency, p.description as pending_text, b.id as booked, b.booking_date as booked_date, b.amount as booked_amount,
  b.description as booked_text, date_trunc('second', s.found_at) as found, date_trunc('second', s.decided_at) as decided, s.decided_by as by
from caravan.settlement s
join caravan.connection c on c.id = s.connection_id
join caravan.transaction p on p.id = s.pending_id
join caravan.transaction b on b.id = s.booked_id
where (:id is null or s.id = :id::bigint) and (:provider is null or c.provider = :provider)
  and (:id is not null or (s.outcome <> 'open') = (:decided is not null))
  and (:connection is null or s.connection_id::text = :connection)
  and (:account is null or s.account_id = :account::bigint)
  and (:after is null or (s.found_at, s.id) < (select a.found_at, a.id from caravan.settlement a where a.id = :after::bigint))
order by s.found_at desc, s.id desc limit coalesce(:last, '20')::int
