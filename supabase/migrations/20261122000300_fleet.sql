-- The fleet: leases, worker rows (written by main), egress rows (written by the worker), sessions.

-- Takes or prolongs a lease. A new holder gets a higher token, so that a stale holder's writes can be told.
create function public.acquire_lease(name text, holder text, ttl_ms integer) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  lease public.leases;
  now timestamptz := clock_timestamp();
  until timestamptz := now + acquire_lease.ttl_ms * interval '1 millisecond';
begin
  insert into public.leases as l (name, holder, expires_at)
  values (acquire_lease.name, acquire_lease.holder, until)
  on conflict on constraint leases_pkey do update set
    token = l.token + case when l.holder = excluded.holder and l.expires_at > now then 0 else 1 end,
    holder = excluded.holder,
    expires_at = excluded.expires_at
  where l.holder = excluded.holder or l.expires_at <= now
  returning * into lease;
  if lease.name is null then
    select * into lease from public.leases l where l.name = acquire_lease.name;
    return jsonb_build_object('acquired', false, 'holder', lease.holder, 'token', lease.token);
  end if;
  return jsonb_build_object('acquired', true, 'holder', lease.holder, 'token', lease.token);
end
$$;

create function public.release_lease(name text, holder text) returns void
language sql security invoker set search_path = '' as $$
  update public.leases l set expires_at = clock_timestamp()
  where l.name = release_lease.name and l.holder = release_lease.holder
$$;

-- Main's configuration becomes rows: counters and bans of a worker that stays are kept, one that left is marked.
create function public.configure_workers(workers jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.worker_status as w (worker_id, name, region, url, egress)
  select x.id, x.name, x.region, x.url, x.id
  from jsonb_to_recordset(configure_workers.workers) as x (id text, name text, region text, url text)
  on conflict on constraint worker_status_pkey do update
    set name = excluded.name, region = excluded.region, url = excluded.url, is_configured = true;
  update public.worker_status w set is_configured = false
  where w.worker_id not in (
    select x.id from jsonb_to_recordset(configure_workers.workers) as x (id text)
  );
end
$$;

-- `egress` is what the worker said of itself; null keeps what is known.
create function public.record_health(worker_id text, healthy boolean, error text, unhealthy_after integer, egress text)
returns void
language sql security invoker set search_path = '' as $$
  update public.worker_status w set
    failed_checks = case when record_health.healthy then 0 else w.failed_checks + 1 end,
    is_healthy = record_health.healthy
      or (w.is_healthy and w.failed_checks + 1 < record_health.unhealthy_after),
    last_health_check_at = clock_timestamp(),
    last_error = coalesce(record_health.error, case when not record_health.healthy then 'unknown' end, w.last_error),
    egress = coalesce(record_health.egress, w.egress)
  where w.worker_id = record_health.worker_id
$$;

-- One command that main sent to a worker, and how it ended.
create function public.count_command(worker_id text, ok boolean, error text) returns void
language sql security invoker set search_path = '' as $$
  update public.worker_status w set
    request_count = w.request_count + 1,
    success_count = w.success_count + case when count_command.ok then 1 else 0 end,
    error_count = w.error_count + case when count_command.ok then 0 else 1 end,
    last_error = coalesce(count_command.error, w.last_error)
  where w.worker_id = count_command.worker_id
$$;

create function public.set_round_robin_cursor(worker_id text) returns void
language sql security invoker set search_path = '' as $$
  update public.fleet_state f set round_robin_cursor = set_round_robin_cursor.worker_id
$$;

-- Workers in sorted order with their egress, and the stored cursor. Expired bans read as no ban.
create function public.read_fleet() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'cursor', (select f.round_robin_cursor from public.fleet_state f),
    'workers', coalesce(jsonb_agg(jsonb_build_object(
      'id', w.worker_id, 'name', w.name, 'region', w.region, 'url', w.url, 'egress', w.egress,
      'isHealthy', w.is_healthy, 'isDraining', w.is_draining, 'lastHealthCheckAt', w.last_health_check_at,
      'lastError', w.last_error, 'requestCount', w.request_count, 'successCount', w.success_count,
      'errorCount', w.error_count,
      'bannedUntil', case when e.banned_until > clock_timestamp() then e.banned_until end,
      'banReason', case when e.banned_until > clock_timestamp() then e.ban_reason end,
      'restingUntil', case when e.resting_until > clock_timestamp() then e.resting_until end,
      'lastGoodAt', e.last_good_at
    ) order by w.worker_id), '[]')
  )
  from public.worker_status w
  left join public.egress_status e on e.egress = w.egress
  where w.is_configured
$$;

-- Bans that began or ended since main last looked: each is announced once, by whichever main asks first.
create function public.announce_bans() returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  result jsonb;
begin
  with ended as (
    update public.egress_status e set banned_until = null, ban_announced = true
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

-- The one verb before every request to the site. Grants by the database's clock and writes the next allowed start *before*
-- the fetch; refuses a banned egress, and an item that was planned anew meanwhile.
create function public.take_slot(
  egress text, gap_ms integer, run_id uuid default null, search_key text default null, attempt integer default null
) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  e public.egress_status;
  now timestamptz;
  next_start timestamptz;
  due timestamptz;
begin
  insert into public.egress_status (egress) values (take_slot.egress) on conflict do nothing;
  select * into e from public.egress_status s where s.egress = take_slot.egress for update;
  now := clock_timestamp();
  if e.banned_until > now then
    return jsonb_build_object('granted', false, 'reason', 'banned', 'until', e.banned_until, 'banReason', e.ban_reason);
  end if;
  if take_slot.run_id is not null and not exists (
    select 1 from public.run_items i
    where i.run_id = take_slot.run_id and i.search_key = take_slot.search_key
      and i.attempt = take_slot.attempt and i.state = 'planned'
  ) then
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
    'nextInMs', ceil(extract(epoch from next_start - now) * 1000), 'banCount', e.ban_count);
end
$$;

-- What an answer of the site does to the address that asked: `ban` {ms, reason}, `rest` {ms, doubles?}, `good`.
-- A ban never shortens one that runs.
create function public.apply_egress_effect(egress text, effect jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  now timestamptz := clock_timestamp();
  until timestamptz := now + (effect ->> 'ms')::double precision * interval '1 millisecond';
begin
  insert into public.egress_status (egress) values (apply_egress_effect.egress) on conflict do nothing;
  case effect ->> 'kind'
    when 'ban' then
      update public.egress_status e set
        banned_until = greatest(e.banned_until, until), ban_reason = effect ->> 'reason',
        ban_count = e.ban_count + 1, ban_announced = false
      where e.egress = apply_egress_effect.egress;
    when 'rest' then
      update public.egress_status e set
        resting_until = greatest(e.resting_until, now + (effect ->> 'ms')::double precision * interval '1 millisecond'
          * case when (effect ->> 'doubles')::boolean then e.slow_factor else 1 end), slow_factor = least(e.slow_factor * 2, 8)
      where e.egress = apply_egress_effect.egress;
    when 'good' then
      update public.egress_status e set
        slow_factor = greatest(e.slow_factor * 0.95, 1), last_good_at = now
      where e.egress = apply_egress_effect.egress;
    when 'none' then null;
  end case;
end
$$;

-- ── Sessions ───────────────────────────────────────────────────────────────────────────────────────────────────────────
-- One session per (market, worker); the worker's own first, a shared one only while it has none.
create function public.load_session(market text, worker text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('id', c.id, 'market', c.market, 'worker', c.worker, 'userAgent', c.user_agent,
    'sealedJar', c.sealed_jar, 'source', c.source, 'createdAt', c.created_at, 'renewAt', c.renew_at,
    'expiresAt', c.expires_at, 'renewDue', c.renew_at <= clock_timestamp())
  from public.scraping_cookies c
  where c.market = load_session.market and (c.worker = load_session.worker or c.worker is null)
    and c.expires_at > clock_timestamp()
    and c.last_verdict is distinct from 'session-expired'
  order by c.worker nulls last
  limit 1
$$;

-- `session` is {market, worker|null, userAgent, cookieNames, sealedJar, source, renewAt, expiresAt}; it replaces the one before.
create function public.save_session(session jsonb) returns uuid
language sql security invoker set search_path = '' as $$
  insert into public.scraping_cookies as c
    (market, worker, user_agent, cookie_names, sealed_jar, source, renew_at, expires_at)
  values (session ->> 'market', session ->> 'worker', session ->> 'userAgent', public.texts(session -> 'cookieNames'),
    session ->> 'sealedJar', session ->> 'source', (session ->> 'renewAt')::timestamptz,
    (session ->> 'expiresAt')::timestamptz)
  on conflict on constraint scraping_cookies_market_worker_key do update set
    id = excluded.id, user_agent = excluded.user_agent, cookie_names = excluded.cookie_names,
    sealed_jar = excluded.sealed_jar, source = excluded.source, created_at = excluded.created_at,
    renew_at = excluded.renew_at, expires_at = excluded.expires_at, use_count = 0, last_used_at = null,
    last_verdict = null
  returning c.id
$$;

create function public.mark_session(id uuid, verdict text) returns void
language sql security invoker set search_path = '' as $$
  update public.scraping_cookies c
  set use_count = c.use_count + 1, last_used_at = clock_timestamp(), last_verdict = mark_session.verdict
  where c.id = mark_session.id
$$;

create function public.delete_session(market text, worker text) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.scraping_cookies c where c.market = delete_session.market and c.worker = delete_session.worker;
  return found;
end
$$;

create function public.list_sessions() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'worker', c.worker, 'market', c.market, 'source', c.source, 'cookieNames', to_jsonb(c.cookie_names),
    'createdAt', c.created_at, 'ageS', floor(extract(epoch from clock_timestamp() - c.created_at)),
    'expiresAt', c.expires_at, 'isUsable', c.expires_at > clock_timestamp()
      and c.last_verdict is distinct from 'session-expired',
    'lastVerdict', c.last_verdict, 'useCount', c.use_count
  ) order by c.market, c.worker), '[]')
  from public.scraping_cookies c
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
