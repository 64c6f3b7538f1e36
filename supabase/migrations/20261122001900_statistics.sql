-- What the pages about runs, sessions, statistics and people read; and the owner's code that binds a chat.

-- ── Runs ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Newest first, those before the run `before`. What was skipped between two runs is counted, not listed: `skippedBefore`
-- stands between a run and the next older one, `skippedSince` above the newest.
create function public.page_runs(most integer, before uuid default null) returns jsonb
language sql stable security invoker set search_path = '' as $$
  with shown as materialized (
    select r.* from public.alert_runs r
    where r.status <> 'skipped' and (page_runs.before is null
      or (r.started_at, r.id) < (select e.started_at, e.id from public.alert_runs e where e.id = page_runs.before))
    order by r.started_at desc, r.id desc limit page_runs.most + 1
  ), placed as (
    select s.id, row_number() over newest as place, s.started_at,
      coalesce(lead(s.started_at) over newest, '-infinity') as older
    from shown s window newest as (order by s.started_at desc, s.id desc)
  ), newest as (
    select coalesce(max(p.started_at), '-infinity') as at from placed p
  )
  select jsonb_build_object(
    'runs', (
      select coalesce(jsonb_agg(public.run_json(r) || jsonb_build_object('skippedBefore', (
          select jsonb_build_object('count', count(*),
            'reason', (array_agg(k.summary ->> 'reason' order by k.started_at desc))[1])
          from public.alert_runs k where k.status = 'skipped' and k.started_at > p.older and k.started_at <= p.started_at
        )) order by p.place), '[]')
      from placed p join public.alert_runs r on r.id = p.id where p.place <= page_runs.most),
    'skippedSince', (
      select jsonb_build_object('count', count(*),
        'reason', (array_agg(k.summary ->> 'reason' order by k.started_at desc))[1])
      from public.alert_runs k, newest n where k.status = 'skipped' and k.started_at > n.at and page_runs.before is null),
    'hasMore', (select count(*) > page_runs.most from placed)
  )
$$;

-- One run as a page shows it: every search once (for the time line) and one page of its alerts: what failed first, then finds,
-- then the rest, what waits last. `show`: all, problems or finds. A search that was tried again shows its last try. Null when
-- there is no such run.
create function public.read_run(run_id uuid, show text, page integer, most integer) returns jsonb
language sql stable security invoker set search_path = '' as $$
  with outcome as materialized (
    select a.alert_id, a.search_key, a.verdict, a.error, coalesce(a.worker_id, i.worker_id) as worker_id, a.items_checked,
      a.dropped, a.matches, a.new_matches, a.ms, a.checked_at, i.requests
    from public.run_alerts a
    join public.run_items i on i.run_id = a.run_id and i.search_key = a.search_key
    where a.run_id = read_run.run_id
  ), chosen as (
    select o.*, al.name, coalesce(al.market, s.market) as market,
      row_number() over (order by
        case when o.verdict is null then 3 when o.verdict <> 'ok' then 0 when o.new_matches > 0 then 1 else 2 end,
        al.name, o.alert_id) as place
    from outcome o
    left join public.alerts al on al.id = o.alert_id
    left join public.searches s on s.key = o.search_key
    where case read_run.show when 'problems' then o.verdict <> 'ok' when 'finds' then o.new_matches > 0 else true end
  )
  select public.run_json(r) || jsonb_build_object(
    'counts', (
      select jsonb_build_object('all', count(*), 'problems', count(*) filter (where o.verdict <> 'ok'),
        'finds', count(*) filter (where o.new_matches > 0), 'open', count(*) filter (where o.verdict is null))
      from outcome o),
    'searches', (
      select coalesce(jsonb_agg(jsonb_build_object('workerId', x.worker_id, 'verdict', x.verdict, 'checkedAt', x.checked_at,
        'ms', x.ms, 'alerts', x.alerts) order by x.worker_id, x.checked_at), '[]')
      from (
        select min(o.worker_id) as worker_id, min(o.verdict) as verdict, max(o.checked_at) as checked_at, max(o.ms) as ms,
          count(*) as alerts
        from outcome o group by o.search_key
      ) x),
    -- Refusals of an address while the run went on (known for a day), also those of searches that were served elsewhere later.
    'refusals', (
      select coalesce(jsonb_agg(jsonb_build_object('workerId', w.worker_id, 'at', f.refused_at,
        'verdict', coalesce(e.verdict, 'blocked'), 'evidenceId', e.id) order by f.refused_at), '[]')
      from public.refusals f
      join public.worker_status w on w.egress = f.egress
      left join lateral (
        select e.id, e.verdict from public.evidence e
        where e.worker_id = w.worker_id and e.verdict in ('blocked', 'challenged', 'session-expired')
          and e.created_at <= f.refused_at + interval '5 seconds'
        order by e.created_at desc limit 1
      ) e on true
      where f.refused_at between r.started_at and coalesce(r.finished_at, clock_timestamp())),
    'alerts', (
      select coalesce(jsonb_agg(jsonb_build_object('alertId', c.alert_id, 'name', c.name, 'market', c.market,
        'workerId', c.worker_id, 'verdict', c.verdict, 'error', c.error, 'itemsChecked', c.items_checked,
        'dropped', c.dropped, 'matches', c.matches, 'newMatches', c.new_matches, 'ms', c.ms, 'checkedAt', c.checked_at,
        'requests', c.requests, 'evidenceId', (
          -- Kept once per distinct refusal and day: the newest one that was there when the check ended. A session that is
          -- refused twice counts as blocked.
          select e.id from public.evidence e
          where c.verdict <> 'ok' and e.worker_id = c.worker_id and e.market = c.market
            and (e.verdict = c.verdict or (c.verdict = 'blocked' and e.verdict = 'session-expired'))
            and e.created_at <= c.checked_at + interval '5 seconds'
          order by e.verdict = c.verdict desc, e.created_at desc limit 1
        )) order by c.place), '[]')
      from chosen c where c.place > read_run.page * read_run.most and c.place <= (read_run.page + 1) * read_run.most)
  )
  from public.alert_runs r where r.id = read_run.run_id
$$;

-- ── Sessions ───────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Every session, and the markets that active alerts use.
create function public.read_session_table() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'sessions', public.list_sessions(),
    'rests', public.list_market_rests(),
    'markets', (
      select coalesce(jsonb_agg(m.market order by m.market), '[]')
      from (select distinct a.market from public.alerts a where a.is_active) m)
  )
$$;

-- ── Statistics ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- What a run's searches came to, counted once at its end: 14 days of runs are 4,000 rows, their searches 160,000 and more.
alter table public.alert_runs
  add column searches integer,
  -- Searches that were answered well, and those that stayed refused.
  add column served integer,
  add column refused integer,
  add column requests integer;

create function public.count_searches(run_id uuid) returns void
language sql security invoker set search_path = '' as $$
  update public.alert_runs r
  set searches = c.searches, served = c.served, refused = c.refused, requests = c.requests
  from (
    select count(*) as searches, count(*) filter (where i.verdict = 'ok') as served,
      count(*) filter (where i.verdict in ('blocked', 'challenged', 'captcha', 'throttled')) as refused,
      coalesce(sum(i.requests), 0) as requests
    from public.run_items i where i.run_id = count_searches.run_id
  ) c
  where r.id = count_searches.run_id
$$;

-- Ends the run, counts what it came to, and frees the cycle in one step.
create or replace function public.finish_run(run_id uuid, token bigint, holder text, status text, summary jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  perform public.require_fence(finish_run.run_id, finish_run.token);
  update public.alert_runs r
  set status = finish_run.status, summary = finish_run.summary, finished_at = clock_timestamp()
  where r.id = finish_run.run_id;
  perform public.count_checks(finish_run.run_id);
  delete from public.alert_hours h where h.hour_at < clock_timestamp() - interval '25 hours';
  perform public.count_searches(finish_run.run_id);
  perform public.release_lease('cycle', finish_run.holder);
end
$$;

-- Runs that ended before there was a count.
select public.count_searches(r.id) from public.alert_runs r where r.status <> 'running';

-- How old finds are when they are delivered: narrow enough to be read without the messages.
create index outbox_delivered on public.outbox (settled_at) include (created_at) where kind = 'find' and state = 'sent';

-- The last `hours` in steps, the last of them unfinished. Ages in seconds, from the check that saw a listing to the answer of
-- the channel. A region's share is what its cycles gave it and what of that it checked itself; searches count once per
-- cycle, with their last outcome, when it has ended.
-- 100,000 ages are sorted in memory.
create function public.read_statistics(hours integer, step_minutes integer) returns jsonb
language plpgsql stable security invoker set search_path = '' set work_mem = '16MB' as $$
declare
  now timestamptz := clock_timestamp();
  step interval := read_statistics.step_minutes * interval '1 minute';
  origin timestamptz := '2026-01-01 00:00Z';
  last_bin timestamptz := date_bin(step, now, origin);
  since timestamptz := last_bin - step * (read_statistics.hours * 60 / read_statistics.step_minutes - 1);
  result jsonb;
begin
  with run as materialized (
    select date_bin(step, r.started_at, origin) as at, r.summary, r.searches, r.served, r.refused, r.requests
    from public.alert_runs r where r.started_at >= since and r.status <> 'skipped'
  ), age as (
    select date_bin(step, o.settled_at, origin) as at, date_part('epoch', o.settled_at - o.created_at) as age
    from public.outbox o where o.kind = 'find' and o.state = 'sent' and o.settled_at >= since
  ), delivered as materialized (
    select a.at, grouping(a.at) = 1 as is_total, count(*) as count,
      percentile_cont(array[0.5, 0.95]) within group (order by a.age) as p
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
      'searches', (select coalesce(sum(s.searches), 0) from search s),
      'ok', (select coalesce(sum(s.ok), 0) from search s),
      'refused', (select coalesce(sum(s.refused), 0) from search s),
      'requests', (select coalesce(sum(s.requests), 0) from search s)),
    'steps', (
      select jsonb_agg(jsonb_build_object('at', b.at, 'delivered', coalesce(d.count, 0), 'p50S', d.p[1], 'p95S', d.p[2],
        'finds', coalesce(f.finds, 0), 'searches', coalesce(s.searches, 0), 'ok', coalesce(s.ok, 0),
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

-- ── People ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- The code that makes a chat the owner's; one at a time.
create table public.owner_codes (
  code_hash text primary key,
  expires_at timestamptz not null
);

create function public.create_owner_code(code_hash text, ttl_ms double precision) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.owner_codes c where c.code_hash <> create_owner_code.code_hash;
  insert into public.owner_codes (code_hash, expires_at)
  values (create_owner_code.code_hash, clock_timestamp() + create_owner_code.ttl_ms * interval '1 millisecond')
  on conflict do nothing;
end
$$;

-- Once: the chat becomes the owner's, who is answered. Null for a code that is unknown, used or too old.
create function public.use_owner_code(code_hash text, chat_id text) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.owner_codes c
  where c.code_hash = use_owner_code.code_hash and c.expires_at > clock_timestamp();
  if not found then
    return null;
  end if;
  perform public.set_owner_chat(use_owner_code.chat_id);
  return public.get_owner();
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
