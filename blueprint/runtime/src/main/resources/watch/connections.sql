-- every 15
-- caravan.connections: Connections by state.
select provider, state, count(*) as "caravan.connections" from caravan.connection where kind = 'data' group by 1, 2
