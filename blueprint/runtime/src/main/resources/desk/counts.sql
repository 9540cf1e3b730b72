-- counts [--provider NAME]: how many connections are in which state, by provider
select c.provider, c.state, count(*) as connections from caravan.connection c
where c.kind = 'data' and (:provider is null or c.provider = :provider) group by 1, 2 order by 1, 2
