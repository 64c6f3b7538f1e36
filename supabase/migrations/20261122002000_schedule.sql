-- What each search brings, so that a schedule may look at it as often as that is worth (SCHEDULE=continuous), and a run that
-- asks a search more than once.

-- Counts and the hours they were seen in, both fading by half in six hours (the rule: main-worker/schedule/learn-rates).
alter table public.searches
  add column seen_finds double precision not null default 0,
  add column seen_listings double precision not null default 0,
  add column seen_hours double precision not null default 0;

-- As before, and it learns: what a good page shows above the last known row came since the last good page.
create or replace function public.see_page(search jsonb, item_ids bigint[]) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  known bigint[];
  lowest_known integer;
  fresh bigint[];
  previous public.searches;
  hours double precision;
begin
  insert into public.searches (key, canonical, market)
  values (search ->> 'key', search ->> 'canonical', search ->> 'market') on conflict do nothing;
  -- One check of a search at a time: the row is the lock.
  select * into previous from public.searches s where s.key = search ->> 'key' for update;
  select coalesce(array_agg(i.item_id), '{}') into known from public.seen_items i
  where i.search_key = search ->> 'key' and i.item_id = any (see_page.item_ids);
  select max(row.place) into lowest_known
  from unnest(see_page.item_ids) with ordinality as row (id, place) where row.id = any (known);
  select coalesce(array_agg(distinct row.id), '{}') into fresh
  from unnest(see_page.item_ids) with ordinality as row (id, place)
  where row.id <> all (known) and row.place < coalesce(lowest_known, 2147483647);
  insert into public.seen_items as i (search_key, item_id)
  select distinct search ->> 'key', id from unnest(see_page.item_ids) id
  on conflict on constraint seen_items_pkey do update set last_seen_at = clock_timestamp()
    where i.last_seen_at < clock_timestamp() - interval '6 hours';
  hours := extract(epoch from clock_timestamp() - previous.last_good_at) / 3600;
  update public.searches s set
    last_page_size = cardinality(see_page.item_ids), last_good_at = clock_timestamp(),
    seen_finds = case when hours is null then 0 else s.seen_finds * power(0.5, hours / 6) end,
    seen_listings = case when hours is null then 0 else s.seen_listings * power(0.5, hours / 6) + cardinality(fresh) end,
    seen_hours = case when hours is null then 0 else s.seen_hours * power(0.5, hours / 6) + hours end
  where s.key = search ->> 'key';
  return jsonb_build_object('fresh', to_jsonb(fresh), 'isOverflow', previous.last_page_size is null
    or (previous.last_page_size > 0 and lowest_known is null and cardinality(see_page.item_ids) > 0));
end
$$;

-- As before; the finds of a search are counted, and those of one that a run asks more than once are added up.
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
    update public.searches s set seen_finds = s.seen_finds + told.count
    from (select sum((x ->> 'newMatches')::integer) as count from jsonb_array_elements(shares) x) told
    where s.key = check_result #>> '{search,key}' and told.count > 0;
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
      new_matches = coalesce(r.new_matches, 0) + coalesce((s ->> 'newMatches')::integer, 0)
    from jsonb_array_elements(check_result -> 'alerts') x
    left join jsonb_array_elements(shares) s on s ->> 'alertId' = x ->> 'alertId'
    where r.run_id = run and r.alert_id = (x ->> 'alertId')::uuid;
  end if;
  return result;
end
$$;

-- As before; an item with `again` may be planned anew although it has a good result: a search that is due again in this run.
create or replace function public.plan_run(run_id uuid, token bigint, items jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  planned jsonb;
begin
  perform public.require_fence(plan_run.run_id, plan_run.token);
  with wanted as (
    select * from jsonb_to_recordset(plan_run.items)
      as x ("searchKey" text, "workerId" text, attempt integer, alerts jsonb, again boolean)
  ), changed as (
    insert into public.run_items as i (run_id, search_key, worker_id, attempt)
    select plan_run.run_id, w."searchKey", w."workerId", w.attempt from wanted w
    on conflict on constraint run_items_pkey do update
      set worker_id = excluded.worker_id, attempt = excluded.attempt, state = 'planned', verdict = null, result = null
      where i.attempt < excluded.attempt and (i.state = 'planned' or i.verdict is distinct from 'ok'
        or exists (select 1 from wanted w where w."searchKey" = i.search_key and w.again))
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

-- What was learned of the searches that were looked at lately: [{key, finds, listings, hours}].
create function public.read_search_rates() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('key', s.key, 'finds', s.seen_finds, 'listings', s.seen_listings,
    'hours', s.seen_hours)), '[]')
  from public.searches s where s.last_good_at > clock_timestamp() - interval '2 days'
$$;

-- Alerts to check now that nobody has ever looked at: asked every few seconds, so that a new one need not wait for a plan.
create function public.count_new_alerts() returns integer
language sql stable security invoker set search_path = '' as $$
  select count(*)::integer from public.alerts a
  where a.is_active and a.last_checked_at is null
    and (a.paused_until is null or a.paused_until <= clock_timestamp())
    and (a.parked_reason is null or a.parked_until <= clock_timestamp())
$$;

revoke all on function public.read_search_rates() from public, anon, authenticated;
revoke all on function public.count_new_alerts() from public, anon, authenticated;
grant execute on function public.read_search_rates() to service_role;
grant execute on function public.count_new_alerts() to service_role;
