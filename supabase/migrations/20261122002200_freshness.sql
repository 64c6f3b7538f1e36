-- How old finds are when they are told, and what of the site's patience they cost, for `stats` and the page.

-- As before, with what the age of a find is read from: neither messages nor listings are touched for it.
drop index public.outbox_delivered;
create index outbox_delivered on public.outbox (settled_at) include (created_at, alert_id, item_id)
  where kind = 'find' and state = 'sent';
drop index public.alert_matches_found;
create index alert_matches_found on public.alert_matches (found_at) include (alert_id, item_id, listed_after);

-- How old each find was when it was told, of those told since `since`, in seconds. The site does not say when a listing was
-- published: it was between the good check before (`listed_after`) and the one that found it, and every moment between them
-- is taken as equally likely. So a find stands for several moments, evenly spaced and shifted by its id (golden ratio:
-- neighbours fall far apart): the same finds always give the same figures. `place` numbers them, from 0; together there are
-- about 10,000, and one each where there are more finds. `unseen_s` is the time between the two checks: null where the check
-- before is not known, then the age counts from the check that found it, as `delivery_s` does for all.
create function public.find_ages(since timestamptz)
returns table (told_at timestamptz, place integer, delivery_s double precision, unseen_s double precision, age_s double precision)
language sql stable security invoker set search_path = '' set work_mem = '16MB' set jit = off as $$
  with find as materialized (
    select o.settled_at, extract(epoch from o.settled_at - o.created_at)::double precision as delivery_s,
      extract(epoch from m.found_at - m.listed_after)::double precision as unseen_s,
      o.item_id * 0.6180339887498949 - floor(o.item_id * 0.6180339887498949) as shift
    from public.outbox o
    -- Quiet hours and caps hold a find for a day at most.
    left join public.alert_matches m on m.alert_id = o.alert_id and m.item_id = o.item_id
      and m.listed_after is not null and m.found_at > find_ages.since - interval '1 day'
    where o.kind = 'find' and o.state = 'sent' and o.settled_at > find_ages.since
  ), spread as materialized (
    select c.points, generate_series(0, c.points - 1) as place
    from (select ceil(10000.0 / greatest(count(*), 1))::integer as points from find) c
  )
  select f.settled_at, s.place, f.delivery_s, f.unseen_s,
    f.delivery_s + coalesce(f.unseen_s, 0) * (s.place + f.shift::double precision) / s.points
  from find f, spread s
$$;

-- As before, and: ages count from the listing (find_ages; of `dated` finds the check before is known), and what of them is
-- delivery stands beside them. `spending` counts the requests of runs, of the one that is under way too; of a run that began
-- before the last hour the part that fell into it, as if they had been evenly spaced.
create or replace function public.read_fleet_numbers() returns jsonb
language plpgsql stable security invoker set search_path = '' set work_mem = '16MB' set jit = off as $$
declare
  now timestamptz := clock_timestamp();
  day timestamptz := now - interval '24 hours';
  hour timestamptz := now - interval '1 hour';
  result jsonb;
begin
  with run as (
    select r.started_at, coalesce(r.finished_at, now) as ended_at, coalesce(r.requests,
      (select sum(i.requests) from public.run_items i where i.run_id = r.id)) as requests
    from public.alert_runs r where r.started_at > day and r.status <> 'skipped'
  )
  select jsonb_build_object(
    'ageOfFinds', (
      select jsonb_build_object('p50S', a.p[1], 'p95S', a.p[2], 'count', a.count, 'dated', a.dated,
        'delivery', jsonb_build_object('p50S', a.delivery_p[1], 'p95S', a.delivery_p[2]))
      from (
        select percentile_cont(array[0.5, 0.95]) within group (order by f.age_s) as p,
          percentile_cont(array[0.5, 0.95]) within group (order by f.delivery_s) as delivery_p,
          count(*) filter (where f.place = 0) as count, count(f.unseen_s) filter (where f.place = 0) as dated
        from public.find_ages(day) f
      ) a),
    'spending', jsonb_build_object(
      'finds', (select count(*) from public.alert_matches m where m.is_find and m.found_at > day),
      'requests', (select coalesce(sum(r.requests), 0) from run r),
      'requestsLastHour', (
        select round(coalesce(sum(case when r.started_at >= hour then r.requests
          else r.requests * extract(epoch from r.ended_at - hour) / extract(epoch from r.ended_at - r.started_at) end), 0))
        from run r where r.ended_at > hour)),
    'outbox', (
      select jsonb_build_object('waiting', count(*), 'oldestAgeS', floor(extract(epoch from now - min(o.created_at))))
      from public.outbox o where o.state in ('waiting', 'sending')),
    'fencing', (
      select jsonb_build_object('staleWrites', f.stale_writes, 'refusedSlots', f.refused_slots) from public.fleet_state f),
    'lastCycle', (
      select public.run_json(r) from public.alert_runs r
      where r.status in ('done', 'partial', 'failed') order by r.started_at desc limit 1),
    'runningCycle', (
      select public.run_json(r) from public.alert_runs r where r.status = 'running' order by r.started_at limit 1)
  ) into result;
  return result;
end
$$;

-- As before; ages count from the listing, and `deliveryP50S` is what the delivery has of the middle one.
create or replace function public.read_statistics(hours integer, step_minutes integer) returns jsonb
language plpgsql stable security invoker set search_path = '' set work_mem = '16MB' set jit = off as $$
declare
  now timestamptz := clock_timestamp();
  step interval := read_statistics.step_minutes * interval '1 minute';
  origin timestamptz := '2026-01-01 00:00Z';
  last_bin timestamptz := date_bin(step, now, origin);
  since timestamptz := last_bin - step * (read_statistics.hours * 60 / read_statistics.step_minutes - 1);
  result jsonb;
begin
  with run as materialized (
    select date_bin(step, r.started_at, origin) as at, r.summary, r.searches, r.served, r.refused,
      coalesce(r.requests, (select sum(i.requests) from public.run_items i where i.run_id = r.id)) as requests
    from public.alert_runs r where r.started_at >= since and r.status <> 'skipped'
  ), age as (
    select date_bin(step, f.told_at, origin) as at, f.place, f.age_s, f.delivery_s from public.find_ages(since) f
  ), delivered as materialized (
    select a.at, grouping(a.at) = 1 as is_total, count(*) filter (where a.place = 0) as count,
      percentile_cont(array[0.5, 0.95]) within group (order by a.age_s) as p,
      percentile_cont(0.5) within group (order by a.delivery_s) as delivery_p50
    from age a group by grouping sets ((a.at), ())
  ), search as materialized (
    select r.at, sum(r.searches) as searches, sum(r.served) as ok, sum(r.refused) as refused, sum(r.requests) as requests
    from run r group by r.at
  ), find as materialized (
    select date_bin(step, m.found_at, origin) as at, count(*) as finds
    from public.alert_matches m where m.is_find and m.found_at >= since group by 1
  ), share as materialized (
    select r.at, w.id, sum(w."alertsAssigned") as assigned, sum(w."alertsChecked") as checked
    from run r, jsonb_to_recordset(r.summary -> 'workers') as w (id text, "alertsAssigned" integer, "alertsChecked" integer)
    group by r.at, w.id
  )
  select jsonb_build_object(
    'since', since, 'now', now, 'stepMinutes', read_statistics.step_minutes,
    'totals', jsonb_build_object(
      'cycles', (select count(*) from run),
      'finds', (select coalesce(sum(f.finds), 0) from find f),
      'delivered', (select d.count from delivered d where d.is_total),
      'p50S', (select d.p[1] from delivered d where d.is_total),
      'p95S', (select d.p[2] from delivered d where d.is_total),
      'deliveryP50S', (select d.delivery_p50 from delivered d where d.is_total),
      'searches', (select coalesce(sum(s.searches), 0) from search s),
      'ok', (select coalesce(sum(s.ok), 0) from search s),
      'refused', (select coalesce(sum(s.refused), 0) from search s),
      'requests', (select coalesce(sum(s.requests), 0) from search s)),
    'steps', (
      select jsonb_agg(jsonb_build_object('at', b.at, 'delivered', coalesce(d.count, 0), 'p50S', d.p[1], 'p95S', d.p[2],
        'deliveryP50S', d.delivery_p50, 'finds', coalesce(f.finds, 0), 'searches', coalesce(s.searches, 0), 'ok', coalesce(s.ok, 0),
        'refused', coalesce(s.refused, 0), 'requests', coalesce(s.requests, 0),
        'regions', coalesce(w.regions, '{}')) order by b.at)
      from generate_series(since, last_bin, step) as b (at)
      left join delivered d on d.at = b.at and not d.is_total
      left join search s on s.at = b.at
      left join find f on f.at = b.at
      left join (
        select x.at, jsonb_object_agg(x.id, jsonb_build_object('assigned', x.assigned, 'checked', x.checked)) as regions
        from share x group by x.at
      ) w on w.at = b.at)
  ) into result;
  return result;
end
$$;

revoke all on function public.find_ages(timestamptz) from public, anon, authenticated;
grant execute on function public.find_ages(timestamptz) to service_role;
