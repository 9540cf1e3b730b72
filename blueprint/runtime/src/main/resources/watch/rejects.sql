-- every 60
-- caravan.rejects: Records that the store refused and that are still set aside, each once.
select provider, kind, count(*) as "caravan.rejects" from caravan.rejected_record group by 1, 2
