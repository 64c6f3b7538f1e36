-- record_check: everything one answer of the site means, in one transaction.

-- Queues one message per (channel, destination, alert, item, event), ever. A find whose listing was already told to this
-- chat for another alert is `merged` into that message instead of being told again.
create function public.enqueue(
  channel text, destination text, topic_id bigint, alert_id uuid, item_id bigint, event text, kind text, payload jsonb
) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.outbox_destinations (channel, destination)
  values (enqueue.channel, enqueue.destination) on conflict do nothing;
  insert into public.outbox (channel, destination, topic_id, alert_id, item_id, event, kind, payload, state, settled_at)
  select enqueue.channel, enqueue.destination, enqueue.topic_id, enqueue.alert_id, enqueue.item_id, enqueue.event,
    enqueue.kind, enqueue.payload, case when told.id is null then 'waiting' else 'merged' end,
    case when told.id is not null then clock_timestamp() end
  from (select 1) one
  left join lateral (
    select o.id from public.outbox o
    where enqueue.item_id <> 0 and o.channel = enqueue.channel and o.destination = enqueue.destination
      and o.item_id = enqueue.item_id and o.event = enqueue.event and o.topic_id is not distinct from enqueue.topic_id
      and o.state in ('sending', 'sent')
    limit 1
  ) told on true
  on conflict do nothing;
end
$$;

-- Which rows of a page are new to its search: first seen now and above the lowest row that was known (newest first: an
-- unknown row *below* it is an old one sliding up). A page without any known row after a non-empty one is an overflow.
-- Records every row as seen.
create function public.see_page(search jsonb, item_ids bigint[]) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  known bigint[];
  lowest_known integer;
  fresh bigint[];
  previous_size integer;
begin
  insert into public.searches (key, canonical, market)
  values (search ->> 'key', search ->> 'canonical', search ->> 'market') on conflict do nothing;
  -- One check of a search at a time: the row is the lock.
  select s.last_page_size into previous_size from public.searches s where s.key = search ->> 'key' for update;
  select coalesce(array_agg(i.item_id), '{}') into known from public.seen_items i
  where i.search_key = search ->> 'key' and i.item_id = any (see_page.item_ids);
  select max(row.place) into lowest_known
  from unnest(see_page.item_ids) with ordinality as row (id, place) where row.id = any (known);
  select coalesce(array_agg(row.id), '{}') into fresh
  from unnest(see_page.item_ids) with ordinality as row (id, place)
  where row.id <> all (known) and row.place < coalesce(lowest_known, 2147483647);
  insert into public.seen_items as i (search_key, item_id)
  select search ->> 'key', id from unnest(see_page.item_ids) id
  on conflict on constraint seen_items_pkey do update set last_seen_at = clock_timestamp()
    where i.last_seen_at < clock_timestamp() - interval '6 hours';
  update public.searches s
  set last_page_size = cardinality(see_page.item_ids), last_good_at = clock_timestamp()
  where s.key = search ->> 'key';
  return jsonb_build_object('fresh', to_jsonb(fresh), 'isOverflow',
    previous_size is null or (previous_size > 0 and lowest_known is null and cardinality(see_page.item_ids) > 0));
end
$$;

-- One alert's share of a good page. `share` is {alertId, channel, destination, topicId, matchIds, itemsChecked};
-- `listings` maps item ids to matches. Answers {matches, newMatches, newIds, mode}.
create function public.record_alert(share jsonb, page jsonb, listings jsonb, event_id text) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  alert public.alerts;
  mode text;
  ids bigint[] := public.bigints(share -> 'matchIds');
  added bigint[];
  told bigint[];
  item bigint;
  drop_row record;
begin
  select * into alert from public.alerts a where a.id = (share ->> 'alertId')::uuid for update;
  mode := case
    when alert.last_checked_at is null then 'baseline'
    when alert.catch_up or alert.paused_until <= clock_timestamp() then 'catch-up'
    when (page ->> 'isOverflow')::boolean then 'overflow'
    else 'normal' end;
  if alert.price_drop_percent is not null and mode <> 'baseline' then
    for drop_row in
      update public.alert_matches m set price = (listings -> m.item_id::text ->> 'price')::numeric
      where m.alert_id = alert.id and m.item_id = any (ids)
        and (listings -> m.item_id::text ->> 'price')::numeric <= m.price * (1 - alert.price_drop_percent / 100)
      returning m.item_id, m.price
    loop
      perform public.enqueue(share ->> 'channel', share ->> 'destination', (share ->> 'topicId')::bigint, alert.id,
        drop_row.item_id, 'drop:' || drop_row.price, 'drop',
        jsonb_build_object('listing', listings -> drop_row.item_id::text));
    end loop;
  end if;
  with inserted as (
    insert into public.alert_matches (alert_id, item_id, price, is_find)
    select alert.id, id, (listings -> id::text ->> 'price')::numeric, false from unnest(ids) id
    on conflict do nothing returning item_id
  )
  select coalesce(array_agg(item_id), '{}') into added from inserted;
  select coalesce(array_agg(id order by place), '{}') into told
  from unnest(ids) with ordinality as row (id, place)
  where id = any (added) and case mode
    when 'baseline' then false
    when 'normal' then id = any (public.bigints(page -> 'fresh'))
    else true end;
  update public.alert_matches m set is_find = true, listing = listings -> m.item_id::text
  where m.alert_id = alert.id and m.item_id = any (told);
  if mode = 'baseline' then
    perform public.enqueue(share ->> 'channel', share ->> 'destination', (share ->> 'topicId')::bigint, alert.id, 0,
      'baseline:' || alert.revision, 'baseline', jsonb_build_object('count', cardinality(ids), 'newest', (
        select coalesce(jsonb_agg(listings -> id::text order by place), '[]')
        from unnest(ids[1:3]) with ordinality as row (id, place))));
  elsif mode <> 'normal' and cardinality(told) > 1 then
    perform public.enqueue(share ->> 'channel', share ->> 'destination', (share ->> 'topicId')::bigint, alert.id, 0,
      'digest:' || event_id, 'digest', jsonb_build_object('reason', mode, 'count', cardinality(told), 'newest', (
        select jsonb_agg(listings -> id::text order by place)
        from unnest(told[1:10]) with ordinality as row (id, place))));
  else
    -- Oldest first, so that the messages arrive in the order of publication.
    foreach item in array (select coalesce(array_agg(id order by place desc), '{}')
      from unnest(told) with ordinality as row (id, place))
    loop
      perform public.enqueue(share ->> 'channel', share ->> 'destination', (share ->> 'topicId')::bigint, alert.id, item,
        'new', 'find', jsonb_build_object('listing', listings -> item::text));
    end loop;
  end if;
  update public.alerts a set
    last_checked_at = clock_timestamp(), catch_up = false, parked_reason = null, parked_until = null,
    paused_until = case when a.paused_until > clock_timestamp() then a.paused_until end,
    last_match_at = case when cardinality(told) > 0 then clock_timestamp() else a.last_match_at end
  where a.id = alert.id;
  return jsonb_build_object('alertId', alert.id, 'mode', mode, 'matches', cardinality(ids),
    'newMatches', cardinality(told), 'newIds', to_jsonb(told));
end
$$;

-- `check_result` is {checkId, runId|null, attempt|null, workerId, egress, sessionId|null, search: {key, canonical, market},
-- verdict, error|null, ms, effect, itemIds|null, listings, alerts: [share]}. Calling it again with the same content
-- answers the same: workers repeat it until it is recorded. Answers {recorded, alerts: [...]}; `recorded` is false when
-- the item was planned anew meanwhile: what the site said of the address is kept all the same.
create function public.record_check(check_result jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  run uuid := (check_result ->> 'runId')::uuid;
  item public.run_items;
  page jsonb;
  share jsonb;
  shares jsonb := '[]';
  result jsonb;
begin
  if run is not null then
    select * into item from public.run_items i
    where i.run_id = run and i.search_key = check_result #>> '{search,key}' for update;
    if item.state = 'recorded' and item.attempt = (check_result ->> 'attempt')::integer then
      return item.result;
    end if;
  end if;
  perform public.apply_egress_effect(check_result ->> 'egress', check_result -> 'effect');
  if check_result ->> 'sessionId' is not null then
    perform public.mark_session((check_result ->> 'sessionId')::uuid, check_result ->> 'verdict');
  end if;
  if run is not null and item.attempt is distinct from (check_result ->> 'attempt')::integer then
    return jsonb_build_object('recorded', false, 'alerts', '[]'::jsonb);
  end if;
  if check_result ->> 'verdict' = 'ok' then
    page := public.see_page(check_result -> 'search', public.bigints(check_result -> 'itemIds'));
    for share in
      select x from jsonb_array_elements(check_result -> 'alerts') x
      join public.alerts a on a.id = (x ->> 'alertId')::uuid
      left join public.run_alerts r on r.run_id = run and r.alert_id = a.id
      where a.is_active and coalesce(a.paused_until, clock_timestamp()) <= clock_timestamp()
        and (run is null or r.revision = a.revision)
      order by a.id
    loop
      shares := shares || public.record_alert(share, page, check_result -> 'listings', check_result ->> 'checkId');
    end loop;
  elsif check_result ->> 'verdict' = 'bad-search' then
    update public.alerts a set parked_reason = check_result ->> 'error', parked_until = null
    where a.id in (select (x ->> 'alertId')::uuid from jsonb_array_elements(check_result -> 'alerts') x);
  end if;
  result := jsonb_build_object('recorded', true, 'alerts', shares);
  if run is not null then
    update public.run_items i set state = 'recorded', verdict = check_result ->> 'verdict', result = record_check_result.json
    from (select result as json) record_check_result
    where i.run_id = run and i.search_key = check_result #>> '{search,key}';
    update public.run_alerts r set
      verdict = check_result ->> 'verdict', error = check_result ->> 'error', worker_id = check_result ->> 'workerId',
      items_checked = (x ->> 'itemsChecked')::integer, ms = (check_result ->> 'ms')::integer,
      checked_at = clock_timestamp(), matches = coalesce((s ->> 'matches')::integer, 0),
      new_matches = coalesce((s ->> 'newMatches')::integer, 0)
    from jsonb_array_elements(check_result -> 'alerts') x
    left join jsonb_array_elements(shares) s on s ->> 'alertId' = x ->> 'alertId'
    where r.run_id = run and r.alert_id = (x ->> 'alertId')::uuid;
  end if;
  return result;
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
