-- connections [--provider NAME] [--state STATE]: users at providers, and how each is doing
select c.id as connection, c.provider, c.user_ref as user, c.state, date_trunc('second', c.last_ok_at) as last_ok,
  date_trunc('second', nullif(greatest(c.paused_until, caravan.now()), caravan.now())) as paused_until,
  h.held_by as paused_by, c.last_fault
from caravan.connection c join ledger.connection h on h.connection_id = c.id
where (:provider is null or c.provider = :provider) and (:state is null or c.state = :state)
order by c.provider, c.user_ref, c.created_at
