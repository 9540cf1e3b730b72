-- every 60
-- caravan.days.broken: Days of accounts whose rows and balances do not agree, as last looked at.
select c.provider, count(*) as "caravan.days.broken" from caravan.recheck r join caravan.connection c on c.id = r.connection_id
where r.mended_at is null group by 1
