-- What the alerts did, for the pages about them; many alerts made, changed or deleted in one transaction; a word to one chat.

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

-- Every alert of one person (null: of everybody), newest first, with its last day: hours [hours ago, good checks, failed ones,
-- finds], the last check and what its filters dropped. One look at the runs of 25 hours, grouped: 290,000 rows for 1,000
-- alerts. `isPlanned`: the cycle that runs has yet to check it.
create function public.read_alert_activity(person_id uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  now timestamptz := clock_timestamp();
  owner public.people;
begin
  select * into owner from public.people p where p.role = 'owner';
  return public.read_cycle_clock() || jsonb_build_object('alerts', (
    with checks as (
      select x.alert_id, floor(extract(epoch from now - x.checked_at) / 3600)::integer as hour,
        count(*) filter (where x.verdict = 'ok') as good, count(*) filter (where x.verdict <> 'ok') as failed,
        max(r.started_at) as last_run
      from public.alert_runs r join public.run_alerts x on x.run_id = r.id
      where r.started_at > now - interval '25 hours' and x.checked_at > now - interval '24 hours' and x.checked_at <= now
      group by 1, 2
    ), finds as (
      select m.alert_id, floor(extract(epoch from now - m.found_at) / 3600)::integer as hour, count(*) as finds
      from public.alert_matches m
      where m.is_find and m.found_at > now - interval '24 hours' and m.found_at <= now
      group by 1, 2
    ), days as (
      select coalesce(c.alert_id, f.alert_id) as alert_id, max(c.last_run) as last_run, sum(f.finds) as finds,
        jsonb_agg(jsonb_build_array(coalesce(c.hour, f.hour), coalesce(c.good, 0), coalesce(c.failed, 0),
          coalesce(f.finds, 0)) order by coalesce(c.hour, f.hour)) as hours
      from checks c full join finds f on f.alert_id = c.alert_id and f.hour = c.hour
      group by 1
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', a.id, 'name', a.name, 'market', a.market, 'isActive', a.is_active, 'pausedUntil', a.paused_until,
      'parkedReason', a.parked_reason, 'parkedUntil', a.parked_until, 'lastCheckedAt', a.last_checked_at,
      'personId', a.person_id, 'personName', coalesce(p.name, owner.name),
      'hours', coalesce(d.hours, '[]'), 'finds', coalesce(d.finds, 0), 'isPlanned', planned.alert_id is not null,
      'lastCheck', case when last.checked_at is not null then jsonb_build_object('verdict', last.verdict, 'error', last.error,
        'itemsChecked', last.items_checked, 'matches', last.matches, 'dropped', last.dropped, 'checkedAt', last.checked_at) end
    ) order by a.created_at desc, a.id), '[]')
    from public.alerts a
    left join days d on d.alert_id = a.id
    left join public.people p on p.id = a.person_id
    left join public.alert_runs last_run on last_run.started_at = d.last_run
    left join public.run_alerts last on last.run_id = last_run.id and last.alert_id = a.id
    left join (
      select x.alert_id from public.alert_runs r join public.run_alerts x on x.run_id = r.id
      where r.status = 'running' and x.checked_at is null
    ) planned on planned.alert_id = a.id
    where read_alert_activity.person_id is null or coalesce(a.person_id, owner.id) = read_alert_activity.person_id
  ));
end
$$;

-- Everything the page of one alert shows; null when there is none.
create function public.read_alert_details(id uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  now timestamptz := clock_timestamp();
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
    'hours', (
      select coalesce(jsonb_agg(jsonb_build_array(h.hour, h.good, h.failed, h.finds) order by h.hour), '[]')
      from (
        select e.hour, sum(e.good) as good, sum(e.failed) as failed, sum(e.finds) as finds
        from (
          select floor(extract(epoch from now - x.checked_at) / 3600)::integer as hour,
            (x.verdict = 'ok')::integer as good, (x.verdict <> 'ok')::integer as failed, 0 as finds
          from public.alert_runs r join public.run_alerts x on x.run_id = r.id and x.alert_id = alert.id
          where r.started_at > now - interval '25 hours' and x.checked_at > now - interval '24 hours' and x.checked_at <= now
          union all
          select floor(extract(epoch from now - m.found_at) / 3600)::integer, 0, 0, 1
          from public.alert_matches m
          where m.alert_id = alert.id and m.is_find and m.found_at > now - interval '24 hours' and m.found_at <= now
        ) e group by e.hour
      ) h),
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

-- One word to one chat, once per `event`; `payload` is a notice. Answers the message as it stands: a chat that is closed takes
-- none, and says why.
create function public.tell_chat(channel text, destination text, topic_id bigint, event text, payload jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  perform public.enqueue(array[(tell_chat.channel, tell_chat.destination, tell_chat.topic_id, null, 0, tell_chat.event,
    'notice', tell_chat.payload)::public.new_message]);
  return (
    select public.outbox_json(o)
    from public.outbox_destinations d
    join public.outbox o on o.channel = d.channel and o.destination = coalesce(d.migrated_to, d.destination)
    where d.channel = tell_chat.channel and d.destination = tell_chat.destination and o.item_id = 0
      and o.event = tell_chat.event
  );
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
