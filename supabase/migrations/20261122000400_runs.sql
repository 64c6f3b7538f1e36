-- Runs: one cycle at a time, planned by main, fenced by the lease's token; a run that lost its main is finished by the next.

create function public.run_json(run public.alert_runs) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('runId', run.id, 'status', run.status, 'trigger', run.trigger, 'startedAt', run.started_at,
    'finishedAt', run.finished_at, 'summary', run.summary)
$$;

-- Ties a caller's key to a run; answers the run it is tied to, which may be an earlier one.
create function public.bind_run_key(idempotency_key text, run_id uuid) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.run_keys (key, run_id) values (bind_run_key.idempotency_key, bind_run_key.run_id)
  on conflict do nothing;
  return (select public.run_json(r) from public.run_keys k join public.alert_runs r on r.id = k.run_id
    where k.key = bind_run_key.idempotency_key);
end
$$;

-- `started`: a new run is ours. `resumed`: an unfinished run of a lost holder is ours. `running`: somebody else works on it.
-- `known`: this idempotency key has been answered before (its run may still be running).
create function public.begin_run(
  run_id uuid, holder text, ttl_ms integer, trigger text, idempotency_key text default null
) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  lease jsonb;
  run public.alert_runs;
begin
  if begin_run.idempotency_key is not null then
    select r.* into run from public.run_keys k join public.alert_runs r on r.id = k.run_id
    where k.key = begin_run.idempotency_key;
    if found and run.status <> 'running' then
      return jsonb_build_object('kind', 'known', 'run', public.run_json(run));
    end if;
  end if;
  lease := public.acquire_lease('cycle', begin_run.holder, begin_run.ttl_ms);
  select * into run from public.alert_runs r where r.status = 'running' order by r.started_at limit 1;
  if run.id is not null and begin_run.idempotency_key is not null then
    perform public.bind_run_key(begin_run.idempotency_key, run.id);
  end if;
  if not (lease ->> 'acquired')::boolean then
    return jsonb_build_object('kind', 'running', 'run', case when run.id is not null then public.run_json(run) end,
      'holder', lease ->> 'holder');
  end if;
  if run.id is not null then
    update public.alert_runs r set fence = (lease ->> 'token')::bigint where r.id = run.id;
    return jsonb_build_object('kind', 'resumed', 'run', public.run_json(run), 'token', lease -> 'token');
  end if;
  insert into public.alert_runs (id, status, trigger, fence)
  values (begin_run.run_id, 'running', begin_run.trigger, (lease ->> 'token')::bigint)
  returning * into run;
  if begin_run.idempotency_key is not null then
    perform public.bind_run_key(begin_run.idempotency_key, run.id);
  end if;
  return jsonb_build_object('kind', 'started', 'run', public.run_json(run), 'token', lease -> 'token');
end
$$;

-- Raises PT409 (HTTP 409) for a holder whose lease went to another.
create function public.require_fence(run_id uuid, token bigint) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  perform 1 from public.alert_runs r
  where r.id = require_fence.run_id and r.fence = require_fence.token and r.status = 'running' for update;
  if not found then
    raise exception 'run % is no longer ours', require_fence.run_id using errcode = 'PT409', hint = 'STALE_RUN';
  end if;
end
$$;

-- Alerts to check now, oldest check first; alerts without a baseline come first of all.
create function public.list_due_alerts() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('alert', public.alert_json(a), 'revision', a.revision)
    order by a.last_checked_at nulls first, a.created_at, a.id), '[]')
  from public.alerts a
  where a.is_active
    and (a.paused_until is null or a.paused_until <= clock_timestamp())
    and (a.parked_reason is null or a.parked_until <= clock_timestamp())
$$;

-- Gives searches to workers: items [{searchKey, workerId, attempt, alerts: [{id, revision}]}]. A higher attempt takes an
-- item away from the worker that had it; what has a result stays as it is. Answers the keys that were really planned.
create function public.plan_run(run_id uuid, token bigint, items jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  planned jsonb;
begin
  perform public.require_fence(plan_run.run_id, plan_run.token);
  with wanted as (
    select * from jsonb_to_recordset(plan_run.items)
      as x ("searchKey" text, "workerId" text, attempt integer, alerts jsonb)
  ), changed as (
    insert into public.run_items as i (run_id, search_key, worker_id, attempt)
    select plan_run.run_id, w."searchKey", w."workerId", w.attempt from wanted w
    on conflict on constraint run_items_pkey do update
      set worker_id = excluded.worker_id, attempt = excluded.attempt, state = 'planned', verdict = null, result = null
      where i.attempt < excluded.attempt and (i.state = 'planned' or i.verdict is distinct from 'ok')
    returning i.search_key
  ), alerts as (
    insert into public.run_alerts as a (run_id, alert_id, search_key, revision)
    select plan_run.run_id, (x ->> 'id')::uuid, w."searchKey", (x ->> 'revision')::integer
    from wanted w join changed c on c.search_key = w."searchKey", jsonb_array_elements(w.alerts) x
    on conflict on constraint run_alerts_pkey do update
      set search_key = excluded.search_key, revision = excluded.revision
  )
  select coalesce(jsonb_agg(c.search_key), '[]') into planned from changed c;
  return planned;
end
$$;

-- The items of a run as they stand: what the next round, or the next main, still has to do.
create function public.read_run_items(run_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('searchKey', i.search_key, 'workerId', i.worker_id, 'attempt', i.attempt,
    'state', i.state, 'verdict', i.verdict, 'requests', i.requests) order by i.search_key), '[]')
  from public.run_items i where i.run_id = read_run_items.run_id
$$;

-- Alerts that no worker shall check again for now: `until` null waits for the user. One that was changed since it was
-- planned is another alert, and stays.
create function public.park_alerts(run_id uuid, token bigint, alert_ids uuid[], reason text, until timestamptz)
returns void
language plpgsql security invoker set search_path = '' as $$
begin
  perform public.require_fence(park_alerts.run_id, park_alerts.token);
  update public.alerts a set parked_reason = park_alerts.reason, parked_until = park_alerts.until
  where a.id = any (park_alerts.alert_ids) and exists (
    select 1 from public.run_alerts r
    where r.run_id = park_alerts.run_id and r.alert_id = a.id and r.revision = a.revision
  );
end
$$;

-- Ends the run and frees the cycle in one step.
create function public.finish_run(run_id uuid, token bigint, holder text, status text, summary jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  perform public.require_fence(finish_run.run_id, finish_run.token);
  update public.alert_runs r
  set status = finish_run.status, summary = finish_run.summary, finished_at = clock_timestamp()
  where r.id = finish_run.run_id;
  perform public.release_lease('cycle', finish_run.holder);
end
$$;

-- A tick of the clock that came while a cycle ran.
create function public.record_skipped_tick(run_id uuid, summary jsonb) returns void
language sql security invoker set search_path = '' as $$
  insert into public.alert_runs (id, status, trigger, finished_at, summary, fence)
  values (record_skipped_tick.run_id, 'skipped', 'clock', clock_timestamp(), record_skipped_tick.summary, 0)
  on conflict on constraint alert_runs_pkey do nothing
$$;

-- Null when there is none. `alerts` has one entry per alert of the run.
create function public.get_run(run_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.run_json(r) || jsonb_build_object('alerts', (
    select coalesce(jsonb_agg(jsonb_build_object('alertId', a.alert_id, 'verdict', a.verdict, 'error', a.error,
      'workerId', coalesce(a.worker_id, i.worker_id), 'searchKey', a.search_key, 'itemsChecked', a.items_checked, 'dropped', a.dropped,
      'matches', a.matches, 'newMatches', a.new_matches, 'ms', a.ms, 'checkedAt', a.checked_at,
      'requests', i.requests) order by a.alert_id), '[]')
    from public.run_alerts a
    join public.run_items i on i.run_id = a.run_id and i.search_key = a.search_key
    where a.run_id = r.id
  ))
  from public.alert_runs r where r.id = get_run.run_id
$$;

create function public.list_runs(most integer) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(public.run_json(r) order by r.started_at desc), '[]')
  from (select * from public.alert_runs order by started_at desc limit list_runs.most) r
$$;

-- The numbers of the fleet as a whole, for `stats`. Ages of finds: from seen to delivered, of the last 24 hours.
create function public.read_fleet_numbers() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'ageOfFinds', (
      select jsonb_build_object('p50S', percentile_cont(0.5) within group (order by age), 'p95S',
        percentile_cont(0.95) within group (order by age), 'count', count(*))
      from (
        select extract(epoch from o.settled_at - o.created_at) as age
        from public.outbox o
        where o.kind = 'find' and o.state = 'sent' and o.created_at > clock_timestamp() - interval '24 hours'
      ) ages
    ),
    'outbox', (
      select jsonb_build_object('waiting', count(*), 'oldestAgeS',
        floor(extract(epoch from clock_timestamp() - min(o.created_at))))
      from public.outbox o where o.state in ('waiting', 'sending')
    ),
    'lastCycle', (
      select public.run_json(r) from public.alert_runs r
      where r.status in ('done', 'partial', 'failed') order by r.started_at desc limit 1
    ),
    'runningCycle', (
      select public.run_json(r) from public.alert_runs r where r.status = 'running' order by r.started_at limit 1
    )
  )
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
