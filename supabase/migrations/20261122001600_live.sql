-- What a person at the page sees at a glance, and what changes while they look.

-- Workers in sorted order with their egress, the stored cursor, and the pause; `now` is the clock that all of its times
-- belong to. Expired bans read as no ban. `isTrial`: a pause
-- because of refusals is over, and one alert shall try first.
create or replace function public.read_fleet() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'now', clock_timestamp(),
    'cursor', f.round_robin_cursor,
    'resumedAt', f.resumed_at,
    'pauseEndedAt', case when f.paused_until <= clock_timestamp() then f.paused_until end,
    'pause', case when f.pause_cause is not null and coalesce(f.paused_until > clock_timestamp(), true) then
      jsonb_build_object('cause', f.pause_cause, 'reason', f.pause_reason, 'since', f.paused_at, 'until', f.paused_until) end,
    'isTrial', f.pause_cause is not distinct from 'refused' and coalesce(f.paused_until <= clock_timestamp(), false),
    'workers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', w.worker_id, 'name', w.name, 'region', w.region, 'url', w.url, 'egress', w.egress,
        'isHealthy', w.is_healthy, 'isDraining', w.is_draining, 'lastHealthCheckAt', w.last_health_check_at,
        'failedChecks', w.failed_checks, 'lastError', w.last_error, 'requestCount', w.request_count,
        'successCount', w.success_count, 'errorCount', w.error_count,
        'bannedAt', case when e.banned_until > clock_timestamp() then e.banned_at end,
        'bannedUntil', case when e.banned_until > clock_timestamp() then e.banned_until end,
        'banReason', case when e.banned_until > clock_timestamp() then e.ban_reason end,
        'restingUntil', case when e.resting_until > clock_timestamp() then e.resting_until end,
        'slowFactor', coalesce(e.slow_factor, 1)
      ) order by w.worker_id), '[]')
      from public.worker_status w
      left join public.egress_status e on e.egress = w.egress
      where w.is_configured
    )
  )
  from public.fleet_state f
$$;

-- Everything on the home page in one read. `person_id`: only their alerts and finds; null is everybody's.
create function public.read_home(person_id uuid default null, finds integer default 12) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  now timestamptz := clock_timestamp();
  run public.alert_runs;
  owner uuid := (select p.id from public.people p where p.role = 'owner');
begin
  select * into run from public.alert_runs r where r.status <> 'skipped'
  order by (r.status = 'running') desc, r.started_at desc limit 1;
  return jsonb_build_object(
    'now', now,
    'fleet', public.read_fleet(),
    'lastGoodAt', (
      select coalesce(jsonb_object_agg(w.worker_id, e.last_good_at), '{}')
      from public.worker_status w join public.egress_status e on e.egress = w.egress where w.is_configured),
    'sessions', (
      select coalesce(jsonb_object_agg(s.worker, s.made), '{}')
      from (
        select c.worker, max(c.created_at) as made from public.scraping_cookies c
        where c.worker is not null and c.expires_at > now group by c.worker
      ) s),
    'lastCheckAt', (select max(a.last_checked_at) from public.alerts a),
    'run', case when run.id is not null then jsonb_build_object(
      'runId', run.id, 'status', run.status, 'startedAt', run.started_at, 'finishedAt', run.finished_at,
      'workers', (
        select coalesce(jsonb_agg(jsonb_build_object('id', w.worker_id, 'planned', w.planned, 'checked', w.checked,
          'ms', w.ms) order by w.worker_id), '[]')
        from (
          select i.worker_id, count(*) as planned, count(*) filter (where i.state = 'recorded') as checked,
            (select percentile_cont(0.5) within group (order by x.ms)
             from public.run_alerts x where x.run_id = run.id and x.worker_id = i.worker_id) as ms
          from public.run_items i where i.run_id = run.id group by i.worker_id
        ) w)
    ) end,
    'alerts', (
      select jsonb_build_object('active', count(*) filter (where a.is_active and coalesce(a.paused_until, now) <= now),
        'all', count(*))
      from public.alerts a
      where read_home.person_id is null or coalesce(a.person_id, owner) = read_home.person_id),
    'findsLastHour', (
      select count(*) from public.alert_matches m join public.alerts a on a.id = m.alert_id
      where m.is_find and m.found_at > now - interval '1 hour'
        and (read_home.person_id is null or coalesce(a.person_id, owner) = read_home.person_id)),
    'waiting', (
      select count(*) from public.outbox o where o.state in ('waiting', 'sending')
        and (read_home.person_id is null or o.alert_id in (
          select a.id from public.alerts a where coalesce(a.person_id, owner) = read_home.person_id))),
    'failed', (
      select count(*) from public.outbox o where o.state = 'failed' and o.settled_at > now - interval '1 day'
        and (read_home.person_id is null or o.alert_id in (
          select a.id from public.alerts a where coalesce(a.person_id, owner) = read_home.person_id))),
    -- Some name alerts and chats: those are not everybody's to see.
    'incidents', (
      select coalesce(jsonb_agg(i), '[]') from jsonb_array_elements(public.list_incidents()) i
      where (i ->> 'isOpen')::boolean and (read_home.person_id is null
        or i ->> 'kind' not in ('search-parked', 'dead-letters', 'chat-disabled', 'channel-down'))),
    'finds', (
      select coalesce(jsonb_agg(jsonb_build_object('alertId', f.alert_id, 'alertName', f.name, 'foundAt', f.found_at,
        'listing', f.listing) order by f.found_at desc, f.item_id desc), '[]')
      from (
        select m.alert_id, m.item_id, m.found_at, m.listing, a.name
        from public.alert_matches m join public.alerts a on a.id = m.alert_id
        where m.is_find and m.listing is not null
          and (read_home.person_id is null or coalesce(a.person_id, owner) = read_home.person_id)
        order by m.found_at desc limit read_home.finds
      ) f)
  );
end
$$;

create index outbox_failed_at on public.outbox (settled_at) where state = 'failed';
create index alerts_checked on public.alerts (last_checked_at);

-- What happened in the last seconds, each with an id of its own: read again and again while somebody watches. Rows commit out
-- of order, so a reader asks for ten seconds and drops the ids that it knows. A worker's state has no time of its own: it is in
-- every answer, and its id changes with it.
create function public.read_events(window_ms integer) returns jsonb
language sql stable security invoker set search_path = '' as $$
  with recent as (select clock_timestamp() - read_events.window_ms * interval '1 millisecond' as since)
  select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'type', e.type, 'at', e.at, 'data', e.data) order by e.at, e.id), '[]')
  from recent, lateral (
    select 'find:' || m.alert_id || ':' || m.item_id as id, 'find' as type, m.found_at as at,
      jsonb_build_object('alertId', m.alert_id, 'listing', m.listing) as data
    from public.alert_matches m where m.is_find and m.found_at > recent.since
    union all
    select 'message:' || o.id || ':' || o.state || ':' || extract(epoch from o.settled_at), 'message', o.settled_at,
      jsonb_build_object('id', o.id, 'channel', o.channel, 'kind', o.kind, 'status', o.state, 'alertId', o.alert_id,
        'error', case when o.state = 'failed' then o.last_error end)
    from public.outbox o where o.settled_at > recent.since
    union all
    select 'run:' || r.id || ':' || r.status, 'run', coalesce(r.finished_at, r.started_at), public.run_json(r)
    from public.alert_runs r where r.started_at > recent.since - interval '1 day'
      and (r.started_at > recent.since or r.finished_at > recent.since)
    union all
    select 'progress:' || i.run_id || ':' || count(*) || ':' || count(*) filter (where i.state = 'recorded'), 'progress',
      clock_timestamp(), jsonb_build_object('runId', i.run_id, 'searches', count(*),
        'checked', count(*) filter (where i.state = 'recorded'))
    from public.alert_runs r join public.run_items i on i.run_id = r.id where r.status = 'running' group by i.run_id
    union all
    select 'incident:' || i.id || case when i.closed_at is null then ':open' else ':closed' end, 'incident',
      coalesce(i.closed_at, i.opened_at), jsonb_build_object('id', i.id, 'kind', i.kind, 'subject', i.subject,
        'detail', i.detail, 'isOpen', i.closed_at is null)
    from public.incidents i where i.opened_at > recent.since or i.closed_at > recent.since
    union all
    select 'worker:' || w.worker_id || ':' || md5(row(w.is_healthy, w.is_draining, w.is_configured,
        e.banned_until > clock_timestamp(), e.banned_until, e.resting_until > clock_timestamp())::text), 'worker',
      clock_timestamp(), jsonb_build_object('id', w.worker_id, 'isHealthy', w.is_healthy, 'isDraining', w.is_draining,
        'bannedUntil', case when e.banned_until > clock_timestamp() then e.banned_until end)
    from public.worker_status w left join public.egress_status e on e.egress = w.egress
    union all
    select 'pause:' || coalesce(f.pause_cause || ':' || coalesce(f.paused_until > clock_timestamp(), true), 'none'), 'pause',
      clock_timestamp(), jsonb_build_object('cause', f.pause_cause, 'until', f.paused_until)
    from public.fleet_state f
  ) e
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
