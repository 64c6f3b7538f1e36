-- One broader request may serve several searches (the rule: main-worker/schedule/plan-cover), and finds know how old they may be.

-- The good check before the one that found it: the listing came after that. The site does not say when (since 2026-09).
alter table public.alert_matches add column listed_after timestamptz;

-- The last time a page showed nothing that was known, and how long nobody had looked before it.
alter table public.searches
  add column overflowed_at timestamptz,
  add column overflow_hours double precision,
  -- The last good check by its own page, not by a part of a broader one.
  add column own_at timestamptz;
update public.searches set own_at = last_good_at;

-- Good checks of an alert in a run: more than one where each search has its own time.
alter table public.run_alerts add column good integer not null default 0;

-- As before; each good check counts.
create or replace function public.count_checks(run_id uuid) returns void
language sql security invoker set search_path = '' as $$
  insert into public.alert_hours as h (hour_at, alert_id, good, failed, run_id)
  select date_trunc('hour', r.started_at, 'UTC'), x.alert_id, greatest(x.good, (x.verdict = 'ok')::integer),
    (x.verdict <> 'ok')::integer, r.id
  from public.alert_runs r join public.run_alerts x on x.run_id = r.id
  where r.id = count_checks.run_id and x.checked_at is not null
  on conflict on constraint alert_hours_pkey do update
    set good = h.good + excluded.good, failed = h.failed + excluded.failed, run_id = excluded.run_id
$$;

-- As before, and it says what the page holds completely: `held`, the rows down to the lowest known one, and everything since
-- `previousAt` is among them. It remembers an overflow.
create or replace function public.see_page(search jsonb, item_ids bigint[]) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  known bigint[];
  lowest_known integer;
  held bigint[];
  fresh bigint[];
  previous public.searches;
  hours double precision;
  is_overflow boolean;
begin
  insert into public.searches (key, canonical, market)
  values (search ->> 'key', search ->> 'canonical', search ->> 'market') on conflict do nothing;
  -- One check of a search at a time: the row is the lock.
  select * into previous from public.searches s where s.key = search ->> 'key' for update;
  select coalesce(array_agg(i.item_id), '{}') into known from public.seen_items i
  where i.search_key = search ->> 'key' and i.item_id = any (see_page.item_ids);
  select max(row.place) into lowest_known
  from unnest(see_page.item_ids) with ordinality as row (id, place) where row.id = any (known);
  select coalesce(array_agg(distinct row.id), '{}') into held
  from unnest(see_page.item_ids) with ordinality as row (id, place)
  where row.place <= coalesce(lowest_known, 2147483647);
  select coalesce(array_agg(id), '{}') into fresh from unnest(held) id where id <> all (known);
  insert into public.seen_items as i (search_key, item_id)
  select distinct search ->> 'key', id from unnest(see_page.item_ids) id
  on conflict on constraint seen_items_pkey do update set last_seen_at = clock_timestamp()
    where i.last_seen_at < clock_timestamp() - interval '6 hours';
  hours := extract(epoch from clock_timestamp() - previous.last_good_at) / 3600;
  is_overflow := previous.last_page_size > 0 and lowest_known is null and cardinality(see_page.item_ids) > 0;
  update public.searches s set
    last_page_size = cardinality(see_page.item_ids), last_good_at = clock_timestamp(), own_at = clock_timestamp(),
    seen_finds = case when hours is null then 0 else s.seen_finds * power(0.5, hours / 6) end,
    seen_listings = case when hours is null then 0 else s.seen_listings * power(0.5, hours / 6) + cardinality(fresh) end,
    seen_hours = case when hours is null then 0 else s.seen_hours * power(0.5, hours / 6) + hours end,
    overflowed_at = case when is_overflow then clock_timestamp() else s.overflowed_at end,
    overflow_hours = case when is_overflow then hours else s.overflow_hours end
  where s.key = search ->> 'key';
  return jsonb_build_object('fresh', to_jsonb(fresh), 'held', to_jsonb(held), 'previousAt', previous.last_good_at,
    'isOverflow', previous.last_page_size is null or is_overflow);
end
$$;

-- What the page of a broader search, narrowed to `item_ids`, shows of this one: rows it has not seen, as far as the page
-- holds everything (`held`). Answers them and the good check before.
create function public.see_part(search jsonb, item_ids bigint[], held bigint[]) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  fresh bigint[];
  previous_at timestamptz;
begin
  select coalesce(array_agg(distinct id), '{}') into fresh from unnest(see_part.item_ids) id
  where id = any (see_part.held)
    and not exists (select 1 from public.seen_items i where i.search_key = search ->> 'key' and i.item_id = id);
  insert into public.seen_items as i (search_key, item_id)
  select distinct search ->> 'key', id from unnest(see_part.item_ids) id
  on conflict on constraint seen_items_pkey do update set last_seen_at = clock_timestamp()
    where i.last_seen_at < clock_timestamp() - interval '6 hours';
  update public.searches s set
    last_good_at = clock_timestamp(),
    seen_finds = s.seen_finds * power(0.5, extract(epoch from clock_timestamp() - before.at) / 3600 / 6),
    seen_listings = s.seen_listings * power(0.5, extract(epoch from clock_timestamp() - before.at) / 3600 / 6)
      + cardinality(fresh),
    seen_hours = s.seen_hours * power(0.5, extract(epoch from clock_timestamp() - before.at) / 3600 / 6)
      + extract(epoch from clock_timestamp() - before.at) / 3600
  from (select x.key, x.last_good_at as at from public.searches x where x.key = search ->> 'key') before
  where s.key = before.key
  returning before.at into previous_at;
  return jsonb_build_object('fresh', to_jsonb(fresh), 'previousAt', previous_at);
end
$$;

-- Of the alerts of narrower searches, those that the page cannot be a check of: their last one was before the broader search's,
-- so that they may have missed what it held then; or they have something to catch up, for which their own page reaches further.
create function public.alerts_beyond(check_result jsonb, previous_at timestamptz, is_overflow boolean) returns uuid[]
language sql stable security invoker set search_path = '' as $$
  select coalesce(array_agg(a.id), '{}')
  from jsonb_array_elements(check_result -> 'alerts') x
  join public.alerts a on a.id = (x ->> 'alertId')::uuid
  where x ->> 'searchKey' is not null and (alerts_beyond.is_overflow or alerts_beyond.previous_at is null
    or coalesce(a.last_checked_at < alerts_beyond.previous_at, true)
    or a.catch_up or a.parked_reason is not null or a.paused_until is not null)
$$;

-- Everything a broader page may change, locked in one order: two of them may share a search.
create function public.lock_parts(check_result jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.searches (key, canonical, market)
  select x.search ->> 'key', x.search ->> 'canonical', x.search ->> 'market'
  from (
    select check_result -> 'search' as search
    union all select part -> 'search' from jsonb_array_elements(check_result -> 'parts') part
  ) x order by 1
  on conflict do nothing;
  perform 1 from public.searches s
  where s.key = check_result #>> '{search,key}'
    or s.key in (select part #>> '{search,key}' from jsonb_array_elements(check_result -> 'parts') part)
  order by s.key for update;
  perform 1 from public.alerts a
  where a.id in (select (x ->> 'alertId')::uuid from jsonb_array_elements(check_result -> 'alerts') x)
  order by a.id for update;
end
$$;

-- record_alerts for the alerts of one search of a page; finds remember the good check before, and are counted for their search.
-- Answers as record_alerts.
create function public.record_part(
  check_result jsonb, search_key text, fresh bigint[], is_overflow boolean, previous_at timestamptz
) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  shares jsonb := public.record_alerts(check_result, record_part.fresh, record_part.is_overflow);
  finds integer;
begin
  select sum((x ->> 'newMatches')::integer) into finds from jsonb_array_elements(shares) x;
  if finds > 0 then
    update public.alert_matches m set listed_after = record_part.previous_at
    from jsonb_array_elements(shares) s, jsonb_array_elements_text(s -> 'newIds') item
    where s ->> 'mode' = 'normal' and m.alert_id = (s ->> 'alertId')::uuid and m.item_id = item::bigint;
    update public.searches s set seen_finds = s.seen_finds + finds where s.key = record_part.search_key;
  end if;
  return shares;
end
$$;

-- A good page: what it means to the alerts of the search that was asked (a share without `searchKey`) and to those of the
-- narrower searches it serves (`parts`), except those `beyond` it. Answers the shares of all of them.
create function public.record_page(check_result jsonb, page jsonb, beyond uuid[]) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  part jsonb;
  seen jsonb;
  mine jsonb;
  shares jsonb := '[]';
begin
  if coalesce(check_result -> 'parts', '[]') = '[]' then
    return public.record_part(check_result, check_result #>> '{search,key}', public.bigints(page -> 'fresh'),
      (page ->> 'isOverflow')::boolean, (page ->> 'previousAt')::timestamptz);
  end if;
  select coalesce(jsonb_agg(x), '[]') into mine
  from jsonb_array_elements(check_result -> 'alerts') x where x ->> 'searchKey' is null;
  if mine <> '[]' then
    shares := public.record_part(check_result || jsonb_build_object('alerts', mine), check_result #>> '{search,key}',
      public.bigints(page -> 'fresh'), (page ->> 'isOverflow')::boolean, (page ->> 'previousAt')::timestamptz);
  end if;
  for part in select x from jsonb_array_elements(check_result -> 'parts') x loop
    select coalesce(jsonb_agg(x), '[]') into mine from jsonb_array_elements(check_result -> 'alerts') x
    where x ->> 'searchKey' = part #>> '{search,key}' and (x ->> 'alertId')::uuid <> all (record_page.beyond);
    -- What nobody was checked for stays unseen.
    if mine <> '[]' then
      seen := public.see_part(part -> 'search', public.bigints(part -> 'itemIds'), public.bigints(page -> 'held'));
      shares := shares || public.record_part(check_result || jsonb_build_object('alerts', mine),
        part #>> '{search,key}', public.bigints(seen -> 'fresh'), false, (seen ->> 'previousAt')::timestamptz);
    end if;
  end loop;
  return shares;
end
$$;

-- As before; `parts` ([{search, itemIds}]) are narrower searches that the page serves too, and a share's `searchKey` names the one
-- its alert is of (none: the search that was asked). Alerts that the page cannot be a check of are left as they were.
create or replace function public.record_check(check_result jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  run uuid := (check_result ->> 'runId')::uuid;
  item public.run_items;
  page jsonb;
  beyond uuid[] := '{}';
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
    if check_result -> 'parts' <> '[]' then
      perform public.lock_parts(check_result);
    end if;
    page := public.see_page(check_result -> 'search', public.bigints(check_result -> 'itemIds'));
    beyond := public.alerts_beyond(check_result, (page ->> 'previousAt')::timestamptz, (page ->> 'isOverflow')::boolean);
    shares := public.record_page(check_result, page, beyond);
  elsif check_result ->> 'verdict' = 'bad-search' then
    update public.alerts a set parked_reason = check_result ->> 'error', parked_until = null
    from jsonb_array_elements(check_result -> 'alerts') x
    left join public.run_alerts r on r.run_id = run and r.alert_id = (x ->> 'alertId')::uuid
    -- Those of narrower searches did not ask for that one.
    where a.id = (x ->> 'alertId')::uuid and x ->> 'searchKey' is null and (run is null or r.revision = a.revision);
  end if;
  result := jsonb_build_object('recorded', true, 'alerts', shares);
  if run is not null then
    update public.run_items i set state = 'recorded', verdict = check_result ->> 'verdict', result = record_check_result.json
    from (select result as json) record_check_result
    where i.run_id = run and i.search_key = check_result #>> '{search,key}';
    update public.run_alerts r set
      verdict = check_result ->> 'verdict', error = check_result ->> 'error', worker_id = check_result ->> 'workerId',
      items_checked = (x ->> 'itemsChecked')::integer, dropped = coalesce(x -> 'dropped', '{}'),
      ms = (check_result ->> 'ms')::integer, good = r.good + (check_result ->> 'verdict' = 'ok')::integer,
      checked_at = clock_timestamp(), matches = coalesce((s ->> 'matches')::integer, 0),
      new_matches = coalesce(r.new_matches, 0) + coalesce((s ->> 'newMatches')::integer, 0)
    from jsonb_array_elements(check_result -> 'alerts') x
    left join jsonb_array_elements(shares) s on s ->> 'alertId' = x ->> 'alertId'
    where r.run_id = run and r.alert_id = (x ->> 'alertId')::uuid and r.alert_id <> all (beyond);
    -- What lies beyond the page is nothing that this run has to answer for: it is planned again, by itself.
    delete from public.run_alerts r where r.run_id = run and r.alert_id = any (beyond)
      and r.search_key = check_result #>> '{search,key}' and r.verdict is null;
  end if;
  return result;
end
$$;

-- What is known of the searches that were looked at lately: [{key, finds, listings, hours, lastGoodAt, ownAt, overflow}];
-- `ownAt`: the last good check by its own page; `overflow`: {at, hours} of the last page that showed nothing known, or null.
create or replace function public.read_search_rates() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('key', s.key, 'finds', s.seen_finds, 'listings', s.seen_listings,
    'hours', s.seen_hours, 'lastGoodAt', s.last_good_at, 'ownAt', s.own_at, 'overflow', case when s.overflowed_at is not null then
      jsonb_build_object('at', s.overflowed_at, 'hours', s.overflow_hours) end)), '[]')
  from public.searches s where s.last_good_at > clock_timestamp() - interval '2 days'
$$;

do $$
declare
  name text;
begin
  foreach name in array array['see_part(jsonb, bigint[], bigint[])', 'alerts_beyond(jsonb, timestamptz, boolean)',
    'lock_parts(jsonb)', 'record_part(jsonb, text, bigint[], boolean, timestamptz)', 'record_page(jsonb, jsonb, uuid[])'] loop
    execute format('revoke all on function public.%s from public, anon, authenticated', name);
    execute format('grant execute on function public.%s to service_role', name);
  end loop;
end
$$;
