-- What the alerts did, for the pages about them; many alerts made, changed or deleted in one transaction.

-- ── Looking ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- When the clock's next cycle is due follows from the last tick: skipped ones count, they kept the time.
create function public.read_cycle_clock() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'now', clock_timestamp(),
    'pause', public.read_fleet() -> 'pause',
    'lastTickAt', (
      select r.started_at from public.alert_runs r where r.trigger = 'clock' order by r.started_at desc limit 1),
    'people', (select count(*) from public.people)
  )
$$;

-- A day of checks by the hour, counted when `finish_run` ends a run: 1,000 alerts have 290,000 checks a day, and adding those
-- up for every look took 0.6 s. What the running cycle has checked is added while one looks.
create table public.alert_hours (
  hour_at timestamptz not null,
  alert_id uuid not null,
  good integer not null,
  failed integer not null,
  -- The last run of the hour that checked it.
  run_id uuid not null,
  primary key (hour_at, alert_id)
);

create function public.count_checks(run_id uuid) returns void
language sql security invoker set search_path = '' as $$
  insert into public.alert_hours as h (hour_at, alert_id, good, failed, run_id)
  select date_trunc('hour', r.started_at, 'UTC'), x.alert_id, (x.verdict = 'ok')::integer, (x.verdict <> 'ok')::integer, r.id
  from public.alert_runs r join public.run_alerts x on x.run_id = r.id
  where r.id = count_checks.run_id and x.checked_at is not null
  on conflict on constraint alert_hours_pkey do update
    set good = h.good + excluded.good, failed = h.failed + excluded.failed, run_id = excluded.run_id
$$;

do $$
declare
  run uuid;
begin
  for run in
    select r.id from public.alert_runs r
    where r.status <> 'running' and r.started_at > now() - interval '25 hours' order by r.started_at
  loop
    perform public.count_checks(run);
  end loop;
end
$$;

-- Every alert of one person (null: of everybody), newest first. `isPlanned`: the cycle that runs has yet to check it.
create function public.read_alert_activity(person_id uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  owner public.people;
begin
  select * into owner from public.people p where p.role = 'owner';
  return public.read_cycle_clock() || jsonb_build_object('alerts', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', a.id, 'name', a.name, 'market', a.market, 'isActive', a.is_active, 'pausedUntil', a.paused_until,
      'parkedReason', a.parked_reason, 'parkedUntil', a.parked_until, 'lastCheckedAt', a.last_checked_at,
      'personId', a.person_id, 'personName', coalesce(p.name, owner.name), 'isPlanned', planned.alert_id is not null
    ) order by a.created_at desc, a.id), '[]')
    from public.alerts a
    left join public.people p on p.id = a.person_id
    left join (
      select x.alert_id from public.alert_runs r join public.run_alerts x on x.run_id = r.id
      where r.status = 'running' and x.checked_at is null
    ) planned on planned.alert_id = a.id
    where read_alert_activity.person_id is null or coalesce(a.person_id, owner.id) = read_alert_activity.person_id
  ));
end
$$;

-- The last 24 hours of some alerts, as the clock counts them: hours [hours ago, good checks, failed ones, finds], of which one
-- may come more than once (what the running cycle adds, and each find): the reader adds them up, which is cheaper there. And
-- the last check, with what its filters dropped.
create function public.read_alert_days(ids uuid[]) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', d.alert_id, 'hours', d.hours, 'finds', d.finds, 'lastCheck', last.json)), '[]')
  from (
    select p.alert_id, sum(p.finds) as finds,
      jsonb_agg(jsonb_build_array(
        extract(epoch from date_trunc('hour', now(), 'UTC') - p.hour_at)::integer / 3600, p.good, p.failed, p.finds)) as hours,
      (array_agg(p.run_id order by p.hour_at desc, p.is_running desc) filter (where p.run_id is not null))[1] as last_run
    from (
      select h.alert_id, h.hour_at, h.good, h.failed, 0 as finds, h.run_id, false as is_running from public.alert_hours h
      where h.alert_id = any (read_alert_days.ids)
      union all
      select x.alert_id, date_trunc('hour', r.started_at, 'UTC'), (x.verdict = 'ok')::integer, (x.verdict <> 'ok')::integer, 0,
        r.id, true
      from public.alert_runs r join public.run_alerts x on x.run_id = r.id
      where r.status = 'running' and x.checked_at is not null and x.alert_id = any (read_alert_days.ids)
      union all
      select m.alert_id, date_trunc('hour', m.found_at, 'UTC'), 0, 0, 1, null, false
      from public.alert_matches m
      where m.is_find and m.found_at >= date_trunc('hour', now(), 'UTC') - interval '23 hours'
        and m.alert_id = any (read_alert_days.ids)
    ) p
    -- now(), not the clock itself: a volatile function would have all of it made before it is filtered.
    where p.hour_at between date_trunc('hour', now(), 'UTC') - interval '23 hours' and date_trunc('hour', now(), 'UTC')
    group by 1
  ) d
  left join lateral (
    -- One look each by the primary key: there are millions of them.
    select jsonb_build_object('verdict', x.verdict, 'error', x.error, 'itemsChecked', x.items_checked, 'matches', x.matches,
      'dropped', x.dropped, 'checkedAt', x.checked_at) as json
    from public.run_alerts x where x.run_id = d.last_run and x.alert_id = d.alert_id limit 1
  ) last on true
$$;

-- Everything the page of one alert shows; null when there is none.
create function public.read_alert_details(id uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  alert public.alerts;
begin
  select * into alert from public.alerts a where a.id = read_alert_details.id;
  if not found then
    return null;
  end if;
  return public.read_cycle_clock() || jsonb_build_object(
    'alert', public.alert_json(alert),
    'personName', (
      select p.name from public.people p where p.id = alert.person_id or (alert.person_id is null and p.role = 'owner')),
    'isPlanned', exists (
      select 1 from public.alert_runs r join public.run_alerts x on x.run_id = r.id
      where r.status = 'running' and x.alert_id = alert.id and x.checked_at is null),
    'hours', coalesce(public.read_alert_days(array[alert.id]) #> '{0,hours}', '[]'),
    'checks', (
      select coalesce(jsonb_agg(jsonb_build_object('runId', c.run_id, 'verdict', c.verdict, 'error', c.error,
        'workerId', c.worker_id, 'itemsChecked', c.items_checked, 'matches', c.matches, 'newMatches', c.new_matches,
        'dropped', c.dropped, 'ms', c.ms, 'checkedAt', c.checked_at) order by c.checked_at desc), '[]')
      from (
        select x.* from (select r.id, r.started_at from public.alert_runs r order by r.started_at desc) r
        join public.run_alerts x on x.run_id = r.id and x.alert_id = alert.id
        where x.checked_at is not null order by r.started_at desc limit 15
      ) c),
    'allFinds', (select count(*) from public.alert_matches m where m.alert_id = alert.id and m.is_find),
    'finds', (
      select coalesce(jsonb_agg(f.listing order by f.found_at desc, f.item_id desc), '[]')
      from (
        select m.* from public.alert_matches m where m.alert_id = alert.id and m.is_find and m.listing is not null
        order by m.found_at desc, m.item_id desc limit 12
      ) f),
    'messages', (
      select coalesce(jsonb_agg(public.outbox_json(o) order by o.created_at desc, o.number desc), '[]')
      from (
        select * from public.outbox o where o.alert_id = alert.id order by o.created_at desc, o.number desc limit 10
      ) o)
  );
end
$$;
create index outbox_alert_newest on public.outbox (alert_id, created_at desc);

-- ── Doing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- All of them or none: [{id, alert, personId}]. Idempotent by their ids, as one alone.
create function public.create_alerts(alerts jsonb) returns jsonb
language sql security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(public.create_alert((x ->> 'id')::uuid, x -> 'alert', (x ->> 'personId')::uuid) order by place), '[]')
  from jsonb_array_elements(create_alerts.alerts) with ordinality as list (x, place)
$$;

-- One change to many alerts; answers how many there were. `person_id`: only theirs (null: anybody's).
create function public.change_alerts(ids uuid[], changes jsonb, person_id uuid default null) returns integer
language sql security invoker set search_path = '' as $$
  select count(public.update_alert(own.id, change_alerts.changes))::integer
  from (
    select a.id from public.alerts a
    where a.id = any (change_alerts.ids) and (change_alerts.person_id is null
      or coalesce(a.person_id, (select p.id from public.people p where p.role = 'owner')) = change_alerts.person_id)
    order by a.id offset 0
  ) own
$$;

create function public.delete_alerts(ids uuid[], person_id uuid default null) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
  gone integer;
begin
  delete from public.alerts a
  where a.id = any (delete_alerts.ids) and (delete_alerts.person_id is null
    or coalesce(a.person_id, (select p.id from public.people p where p.role = 'owner')) = delete_alerts.person_id);
  get diagnostics gone = row_count;
  return gone;
end
$$;

-- Hosted projects differ in their default grants: say it in full.
do $$
declare
  name text;
begin
  for name in select format('public.%I', tablename) from pg_catalog.pg_tables where schemaname = 'public' loop
    execute format('alter table %s enable row level security', name);
  end loop;
end
$$;
revoke all on all tables in schema public from public, anon, authenticated;
revoke all on all sequences in schema public from public, anon, authenticated;
revoke all on all functions in schema public from public, anon, authenticated;
grant usage on schema public to service_role;
grant all on all tables in schema public to service_role;
grant all on all sequences in schema public to service_role;
grant execute on all functions in schema public to service_role;
