-- Bans in full: who was refused over what, longer bans for repeats, a pause of the whole fleet, and the hand of the owner.

-- Every refusal of an address by the site. `search_key` is null where a session was refused, not a search.
create table public.refusals (
  id bigint generated always as identity primary key,
  egress text not null,
  search_key text,
  refused_at timestamptz not null default clock_timestamp(),
  -- When the ban it caused ends.
  until timestamptz not null
);
create index refusals_recent on public.refusals (refused_at);

-- The start of a transaction may lie before the end of the cycle that it waited for.
alter table public.alert_runs alter column started_at set default clock_timestamp();

alter table public.egress_status
  -- The length of the last ban, and when the address came back from it.
  add column ban_ms double precision,
  add column returned_at timestamptz,
  add column banned_at timestamptz;

-- `pause_cause`: `refused` (every worker was; after its end one alert tries first) or `owner`; null when the fleet is not
-- paused. `paused_until` null is "until resumed".
alter table public.fleet_state
  add column pause_cause text check (pause_cause in ('refused', 'owner')),
  add column paused_until timestamptz,
  add column paused_at timestamptz,
  add column pause_reason text,
  -- By hand: what was refused before is no reason to pause again.
  add column resumed_at timestamptz;

-- Pure: how long an address is banned now. A repeat within two hours of its return doubles the last ban, up to `longest_ms`.
create function public.next_ban_ms(
  base_ms double precision, longest_ms double precision, last_ms double precision, returned_at timestamptz, at timestamptz
) returns double precision
language sql immutable security invoker set search_path = '' as $$
  select case
    when next_ban_ms.last_ms is not null and next_ban_ms.returned_at is not null
      and next_ban_ms.at - next_ban_ms.returned_at < interval '2 hours'
    then least(greatest(next_ban_ms.last_ms * 2, next_ban_ms.base_ms), greatest(next_ban_ms.longest_ms, next_ban_ms.base_ms))
    else next_ban_ms.base_ms end
$$;

-- What an answer of the site does to the address that asked: `ban` {ms, longestMs?, reason, searchKey?}, `rest` {ms, doubles?},
-- `good`. A ban never shortens one that runs.
create or replace function public.apply_egress_effect(egress text, effect jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  e public.egress_status;
  now timestamptz;
  ms double precision := (effect ->> 'ms')::double precision;
begin
  insert into public.egress_status (egress) values (apply_egress_effect.egress) on conflict do nothing;
  select * into e from public.egress_status s where s.egress = apply_egress_effect.egress for update;
  now := clock_timestamp();
  case effect ->> 'kind'
    when 'ban' then
      -- Several refusals of one ban (an answer that was on its way) are one ban.
      if e.banned_until is null or e.banned_until <= now then
        ms := public.next_ban_ms(ms, coalesce((effect ->> 'longestMs')::double precision, ms), e.ban_ms,
          coalesce(e.banned_until, e.returned_at), now);
        e.banned_at := now;
        e.ban_count := e.ban_count + 1;
        e.ban_ms := ms;
      end if;
      e.banned_until := greatest(e.banned_until, now + ms * interval '1 millisecond');
      update public.egress_status s set
        banned_until = e.banned_until, ban_reason = effect ->> 'reason', ban_count = e.ban_count, ban_ms = e.ban_ms,
        banned_at = e.banned_at, ban_announced = false
      where s.egress = e.egress;
      insert into public.refusals (egress, search_key, until) values (e.egress, effect ->> 'searchKey', e.banned_until);
    when 'rest' then
      update public.egress_status s set
        resting_until = greatest(s.resting_until, now + ms * interval '1 millisecond'
          * case when (effect ->> 'doubles')::boolean then s.slow_factor else 1 end),
        slow_factor = least(s.slow_factor * 2, 8)
      where s.egress = e.egress;
    when 'good' then
      update public.egress_status s set slow_factor = greatest(s.slow_factor * 0.95, 1), last_good_at = now
      where s.egress = e.egress;
      -- The one alert that tried first after a pause was served: the others may go.
      update public.fleet_state f set pause_cause = null, paused_until = null, paused_at = null, pause_reason = null
      where f.pause_cause = 'refused' and f.paused_until <= now;
    when 'none' then null;
  end case;
end
$$;

-- Refusals of the last day: what the rules of the poison search and of the fleet's pause look at.
create function public.read_refusals() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('egress', r.egress, 'searchKey', r.search_key, 'at', r.refused_at,
    'until', r.until) order by r.refused_at), '[]')
  from public.refusals r where r.refused_at > clock_timestamp() - interval '1 day'
$$;

-- Nothing goes to the site until then; null is "until resumed". A pause by the fleet never replaces one by the owner.
create function public.pause_fleet(cause text, reason text, until timestamptz) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  update public.fleet_state f set pause_cause = pause_fleet.cause, pause_reason = pause_fleet.reason,
    paused_until = pause_fleet.until, paused_at = clock_timestamp()
  where pause_fleet.cause = 'owner' or f.pause_cause is distinct from 'owner' or f.paused_until <= clock_timestamp();
  return found;
end
$$;

-- False when it was not paused.
create function public.resume_fleet() returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  update public.fleet_state f set pause_cause = null, paused_until = null, paused_at = null, pause_reason = null,
    resumed_at = clock_timestamp()
  where f.pause_cause is not null;
  return found;
end
$$;

-- By hand: the ban and the rest of the worker's address end now. A refusal within two hours still counts as a repeat. False
-- when there is no such worker.
create function public.unban_worker(worker_id text) returns boolean
language plpgsql security invoker set search_path = '' as $$
declare
  address text;
begin
  select w.egress into address from public.worker_status w where w.worker_id = unban_worker.worker_id and w.is_configured;
  if not found then
    return false;
  end if;
  update public.egress_status e set banned_until = clock_timestamp() where e.egress = address and e.banned_until > clock_timestamp();
  update public.egress_status e set resting_until = null where e.egress = address;
  -- What was refused there no longer counts against a search.
  delete from public.refusals r where r.egress = address;
  return true;
end
$$;

-- A draining worker ends what it does and gets nothing new. False when there is no such worker.
create function public.set_draining(worker_id text, is_draining boolean) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  update public.worker_status w set is_draining = set_draining.is_draining
  where w.worker_id = set_draining.worker_id and w.is_configured;
  return found;
end
$$;

create or replace function public.announce_bans() returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  result jsonb;
begin
  with ended as (
    update public.egress_status e set returned_at = e.banned_until, banned_until = null, banned_at = null, ban_announced = true
    where e.banned_until <= clock_timestamp() returning e.egress
  )
  select jsonb_build_object('ended', coalesce(jsonb_agg(ended.egress order by ended.egress), '[]'))
  into result from ended;
  with begun as (
    update public.egress_status e set ban_announced = true
    where not e.ban_announced and e.banned_until > clock_timestamp()
    returning e.egress, e.ban_reason, e.banned_until
  )
  select result || jsonb_build_object('begun', coalesce(jsonb_agg(jsonb_build_object(
    'egress', begun.egress, 'reason', begun.ban_reason, 'until', begun.banned_until
  ) order by begun.egress), '[]'))
  into result from begun;
  return result;
end
$$;

-- Workers in sorted order with their egress, the stored cursor, and the pause; `now` is the clock that all of its times
-- belong to. Expired bans read as no ban. `isTrial`: a pause
-- because of refusals is over, and one alert shall try first.
create or replace function public.read_fleet() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'now', clock_timestamp(),
    'cursor', f.round_robin_cursor,
    'resumedAt', f.resumed_at,
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

-- The one verb before every request to the site. Grants by the database's clock and writes the next allowed start *before*
-- the fetch; refuses a banned egress, a paused fleet, and an item that was planned anew meanwhile.
create or replace function public.take_slot(
  egress text, gap_ms integer, run_id uuid default null, search_key text default null, attempt integer default null
) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  e public.egress_status;
  fleet public.fleet_state;
  now timestamptz;
  next_start timestamptz;
  due timestamptz;
begin
  insert into public.egress_status (egress) values (take_slot.egress) on conflict do nothing;
  select * into e from public.egress_status s where s.egress = take_slot.egress for update;
  select * into fleet from public.fleet_state;
  now := clock_timestamp();
  if e.banned_until > now then
    return jsonb_build_object('granted', false, 'reason', 'banned', 'until', e.banned_until, 'banReason', e.ban_reason);
  end if;
  if fleet.pause_cause is not null and coalesce(fleet.paused_until > now, true) then
    return jsonb_build_object('granted', false, 'reason', 'paused', 'until', fleet.paused_until,
      'pauseReason', fleet.pause_reason);
  end if;
  if take_slot.run_id is not null and not exists (
    select 1 from public.run_items i
    where i.run_id = take_slot.run_id and i.search_key = take_slot.search_key
      and i.attempt = take_slot.attempt and i.state = 'planned'
  ) then
    update public.fleet_state f set refused_slots = f.refused_slots + 1;
    return jsonb_build_object('granted', false, 'reason', 'superseded');
  end if;
  due := greatest(e.next_allowed_at, e.resting_until);
  if due > now then
    return jsonb_build_object('granted', false, 'reason', 'wait', 'waitMs', ceil(extract(epoch from due - now) * 1000));
  end if;
  next_start := now + take_slot.gap_ms * e.slow_factor * interval '1 millisecond';
  update public.egress_status s set next_allowed_at = next_start where s.egress = take_slot.egress;
  if take_slot.run_id is not null then
    update public.run_items i set requests = i.requests + 1
    where i.run_id = take_slot.run_id and i.search_key = take_slot.search_key;
  end if;
  return jsonb_build_object('granted', true, 'nextAllowedAt', next_start,
    'nextInMs', ceil(extract(epoch from next_start - now) * 1000));
end
$$;

-- `check_result` is {checkId, runId|null, attempt|null, workerId, egress, sessionId|null, search: {key, canonical, market},
-- verdict, error|null, ms, effect, itemIds|null, listings, alerts: [share]}. Calling it again with the same content
-- answers the same: workers repeat it until it is recorded. Answers {recorded, alerts: [...]}; `recorded` is false when
-- the item was planned anew meanwhile: what the site said of the address is kept all the same.
create or replace function public.record_check(check_result jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  run uuid := (check_result ->> 'runId')::uuid;
  item public.run_items;
  page jsonb;
  shares jsonb := '[]';
  result jsonb;
begin
  -- The address before the item, in the order of take_slot.
  perform 1 from public.egress_status e where e.egress = check_result ->> 'egress' for update;
  if run is not null then
    select * into item from public.run_items i
    where i.run_id = run and i.search_key = check_result #>> '{search,key}' for update;
    if item.state = 'recorded' and item.attempt = (check_result ->> 'attempt')::integer then
      return item.result;
    end if;
  end if;
  perform public.apply_egress_effect(check_result ->> 'egress',
    check_result -> 'effect' || jsonb_build_object('searchKey', check_result #>> '{search,key}'));
  if check_result ->> 'sessionId' is not null then
    perform public.mark_session((check_result ->> 'sessionId')::uuid, check_result ->> 'verdict');
  end if;
  if run is not null and item.attempt is distinct from (check_result ->> 'attempt')::integer then
    perform public.count_stale_write();
    return jsonb_build_object('recorded', false, 'alerts', '[]'::jsonb);
  end if;
  if check_result ->> 'verdict' = 'ok' then
    page := public.see_page(check_result -> 'search', public.bigints(check_result -> 'itemIds'));
    shares := public.record_alerts(check_result, public.bigints(page -> 'fresh'), (page ->> 'isOverflow')::boolean);
  elsif check_result ->> 'verdict' = 'bad-search' then
    update public.alerts a set parked_reason = check_result ->> 'error', parked_until = null
    from jsonb_array_elements(check_result -> 'alerts') x
    left join public.run_alerts r on r.run_id = run and r.alert_id = (x ->> 'alertId')::uuid
    where a.id = (x ->> 'alertId')::uuid and (run is null or r.revision = a.revision);
  end if;
  result := jsonb_build_object('recorded', true, 'alerts', shares);
  if run is not null then
    update public.run_items i set state = 'recorded', verdict = check_result ->> 'verdict', result = record_check_result.json
    from (select result as json) record_check_result
    where i.run_id = run and i.search_key = check_result #>> '{search,key}';
    update public.run_alerts r set
      verdict = check_result ->> 'verdict', error = check_result ->> 'error', worker_id = check_result ->> 'workerId',
      items_checked = (x ->> 'itemsChecked')::integer, dropped = coalesce(x -> 'dropped', '{}'),
      ms = (check_result ->> 'ms')::integer,
      checked_at = clock_timestamp(), matches = coalesce((s ->> 'matches')::integer, 0),
      new_matches = coalesce((s ->> 'newMatches')::integer, 0)
    from jsonb_array_elements(check_result -> 'alerts') x
    left join jsonb_array_elements(shares) s on s ->> 'alertId' = x ->> 'alertId'
    where r.run_id = run and r.alert_id = (x ->> 'alertId')::uuid;
  end if;
  return result;
end
$$;

-- The cycle that runs, the last one that ended by itself, and how many different searches that one had.
create function public.read_cycles() returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  last public.alert_runs;
begin
  select * into last from public.alert_runs r
  where r.status in ('done', 'partial', 'failed') order by r.started_at desc limit 1;
  return jsonb_build_object(
    'runningCycle', (
      select public.run_json(r) from public.alert_runs r where r.status = 'running' order by r.started_at limit 1),
    'lastCycle', case when last.id is not null then public.run_json(last) end,
    'searches', (select count(*) from public.run_items i where i.run_id = last.id)
  );
end
$$;

create index alert_runs_running on public.alert_runs (started_at) where status = 'running';

-- The numbers of the fleet as a whole, for `stats`. Ages of finds: from seen to delivered, of the last 24 hours.
create or replace function public.read_fleet_numbers() returns jsonb
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
    'fencing', (
      select jsonb_build_object('staleWrites', f.stale_writes, 'refusedSlots', f.refused_slots) from public.fleet_state f
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
