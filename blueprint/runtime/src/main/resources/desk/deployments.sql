-- deployments [--provider NAME] [--last N]: which versions of a provider went live or were refused, where and when, the newest first; twenty unless told
select date_trunc('second', d.at) as at, d.provider, d.node, d.outcome, d.route, d.settings,
  (select string_agg(f.key || ' ' || (f.value ->> 'version'), ' ' order by f.key) from jsonb_each(d.files) f
   where (f.value ->> 'own')::boolean and exists (select from jsonb_each(d.files) s where not (s.value ->> 'own')::boolean)) as edited,
  d.software, d.reason
from caravan.deployment d
where (:provider is null or d.provider = :provider)
order by d.id desc limit coalesce(:last, '20')::int
