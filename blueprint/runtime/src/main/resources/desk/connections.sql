-- connections [connection] [--provider NAME] [--state STATE] [--find TEXT] [--after CONNECTION] [--last N]: users at providers, and how each is doing; a hundred unless told, more of them behind --after; --find looks for a part of the user's reference or for an id
select c.id as connection, c.provider, c.user_ref as user, c.state, date_trunc('second', c.last_ok_at) as last_ok,
  date_trunc('second', nullif(greatest(c.paused_until, caravan.now()), caravan.now())) as paused_until,
  h.held_by as paused_by, c.last_fault, date_trunc('second', c.consent_expires_at) as consent_ends,
  ceil(extract(epoch from c.consent_expires_at - caravan.now()) / 86400)::int as days_left
from (
  select * from (
    select * from caravan.connection where id = case when :connection ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then :connection::uuid end
    union all select * from caravan.connection where :connection is null) c
  where c.kind = 'data' and (:provider is null or c.provider = :provider) and (:state is null or c.state = :state)
    and (:find is null or position(lower(:find) in lower(c.user_ref)) > 0 or c.id::text = lower(:find) or c.external_id = :find)
    and (:after is null or (c.provider, c.user_ref, c.id) > (select a.provider, a.user_ref, a.id from caravan.connection a where a.id = :after::uuid))
  order by c.provider, c.user_ref, c.id limit coalesce(:last, '100')::int) c
join ledger.connection h on h.connection_id = c.id
order by c.provider, c.user_ref, c.id
