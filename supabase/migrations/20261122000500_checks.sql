-- record_check: everything one answer of the site means, in one transaction.

create type public.new_message as (
  channel text, destination text, topic_id bigint, alert_id uuid, item_id bigint, event text, kind text, payload jsonb
);

-- Queues one message per (channel, destination, alert, item, event), ever, in the order given. A find whose listing was
-- already told to this chat for another alert is `merged` into that message instead of being told again.
create function public.enqueue(messages public.new_message[]) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.outbox_destinations (channel, destination)
  select distinct m.channel, m.destination from unnest(enqueue.messages) m order by 1, 2
  on conflict do nothing;
  insert into public.outbox (channel, destination, topic_id, alert_id, item_id, event, kind, payload, state, settled_at)
  select m.channel, coalesce(d.migrated_to, m.destination), m.topic_id, m.alert_id, m.item_id, m.event, m.kind, m.payload,
    case when told.already then 'merged' else 'waiting' end, case when told.already then clock_timestamp() end
  from unnest(enqueue.messages) with ordinality
    as m (channel, destination, topic_id, alert_id, item_id, event, kind, payload, place)
  join public.outbox_destinations d on d.channel = m.channel and d.destination = m.destination
  left join lateral (
    select true as already from public.outbox o
    where m.item_id <> 0 and o.channel = m.channel and o.destination = coalesce(d.migrated_to, m.destination)
      and o.item_id = m.item_id and o.event = m.event and o.topic_id is not distinct from m.topic_id
      and o.state in ('sending', 'sent')
    limit 1
  ) told on true
  order by m.place
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
  select coalesce(array_agg(distinct row.id), '{}') into fresh
  from unnest(see_page.item_ids) with ordinality as row (id, place)
  where row.id <> all (known) and row.place < coalesce(lowest_known, 2147483647);
  insert into public.seen_items as i (search_key, item_id)
  select distinct search ->> 'key', id from unnest(see_page.item_ids) id
  on conflict on constraint seen_items_pkey do update set last_seen_at = clock_timestamp()
    where i.last_seen_at < clock_timestamp() - interval '6 hours';
  update public.searches s
  set last_page_size = cardinality(see_page.item_ids), last_good_at = clock_timestamp()
  where s.key = search ->> 'key';
  return jsonb_build_object('fresh', to_jsonb(fresh), 'isOverflow',
    previous_size is null or (previous_size > 0 and lowest_known is null and cardinality(see_page.item_ids) > 0));
end
$$;

-- The listings of a page, by the ids of some of them.
create function public.listings_of(listings jsonb, ids bigint[]) returns jsonb
language sql immutable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(listings_of.listings -> id::text order by place), '[]')
  from unnest(listings_of.ids) with ordinality as row (id, place)
$$;

-- What a good page means to each of its alerts that wants to hear of it and is still as it was when the check was planned:
-- one statement for all of them, because a search may have thousands. A share is {alertId, channel, destination, topicId,
-- matchIds, itemsChecked}; `listings` maps item ids to matches. Answers [{alertId, mode, matches, newMatches, newIds}].
-- `offset 0` keeps a step apart, so that it is computed once and not kept; what is kept is narrow: ten thousand alerts of a
-- full page would not fit the memory of a query. Planned once per session: planning it anew takes longer than doing it for
-- one alert. No join here may depend on how many alerts the planner expects (it cannot know).
create function public.record_alerts(check_result jsonb, fresh bigint[], is_overflow boolean) returns jsonb
language plpgsql security invoker set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  now timestamptz := clock_timestamp();
  listings jsonb := check_result -> 'listings';
  page bigint[] := public.bigints(check_result -> 'itemIds');
  messages public.new_message[];
  message public.new_message;
  results jsonb;
begin
  -- Locked in one order, so that two checks never wait for each other.
  perform 1 from public.alerts a
  where a.id in (select (x ->> 'alertId')::uuid from jsonb_array_elements(check_result -> 'alerts') x)
  order by a.id for update;
  with share as (
    select a.id, x.channel, x.destination, x."topicId" as topic_id, a.revision, a.price_drop_percent,
      public.bigints(x."matchIds") as ids,
      case
        when a.last_checked_at is null then 'baseline'
        when a.catch_up or a.paused_until <= now or a.parked_reason is not null then 'catch-up'
        when record_alerts.is_overflow then 'overflow'
        else 'normal' end as mode
    from jsonb_to_recordset(check_result -> 'alerts')
      as x ("alertId" uuid, channel text, destination text, "topicId" bigint, "matchIds" jsonb)
    join public.alerts a on a.id = x."alertId"
    left join public.run_alerts r on r.run_id = (check_result ->> 'runId')::uuid and r.alert_id = a.id
    where a.is_active and coalesce(a.paused_until, now) <= now
      and (check_result ->> 'runId' is null or r.revision = a.revision)
    offset 0
  ), known as (
    select s.*, array(
      select m.item_id from public.alert_matches m where m.alert_id = s.id and m.item_id = any (s.ids)
    ) as known_ids
    from share s offset 0
  ), added as (
    select k.*, case when cardinality(k.known_ids) < cardinality(k.ids) then array(
      select row.id from unnest(k.ids) with ordinality as row (id, place)
      where row.id <> all (k.known_ids) group by row.id order by min(row.place)
    ) else '{}' end as added_ids
    from known k offset 0
  ), news as materialized (
    select a.id, a.channel, a.destination, a.topic_id, a.revision, a.mode, a.price_drop_percent, a.added_ids,
      cardinality(a.ids) as count, a.ids[1:3] as newest_ids,
      case when a.price_drop_percent is not null and a.mode <> 'baseline' then a.known_ids end as droppable_ids,
      case a.mode
      when 'baseline' then '{}'
      when 'normal' then array(
        select row.id from unnest(a.added_ids) with ordinality as row (id, place)
        where row.id = any (record_alerts.fresh) order by row.place
      )
      else a.added_ids end as told
    from added a
  ), matched as (
    insert into public.alert_matches (alert_id, item_id, price, is_find, listing)
    select n.id, item, (listings -> item::text ->> 'price')::numeric, item = any (n.told),
      case when item = any (n.told) then listings -> item::text end
    from news n, unnest(n.added_ids) item
    on conflict do nothing
  ), message as (
    select (n.channel, n.destination, n.topic_id, n.id, 0, 'baseline:' || n.revision, 'baseline', jsonb_build_object(
      'count', n.count, 'newest', public.listings_of(listings, n.newest_ids)))::public.new_message as row
    from news n where n.mode = 'baseline'
    union all
    select (n.channel, n.destination, n.topic_id, n.id, 0, 'digest:' || (check_result ->> 'checkId'), 'digest',
      jsonb_build_object('reason', n.mode, 'count', cardinality(n.told),
        'newest', public.listings_of(listings, n.told[1:10])))::public.new_message
    from news n where n.mode in ('catch-up', 'overflow') and cardinality(n.told) > 1
    union all
    select (n.channel, n.destination, n.topic_id, n.id, item, 'new', 'find',
      jsonb_build_object('listing', listings -> item::text))::public.new_message
    from news n, unnest(n.told) item where n.mode = 'normal' or cardinality(n.told) = 1
    union all
    select (n.channel, n.destination, n.topic_id, n.id, m.item_id,
      'drop:' || (listings -> m.item_id::text ->> 'price')::numeric(12, 2), 'drop',
      jsonb_build_object('listing', listings -> m.item_id::text))::public.new_message
    from news n, lateral (
      -- Apart (offset 0), so that the index is asked once per alert, whatever the planner thinks of the sizes.
      select m.item_id, m.price from public.alert_matches m
      where m.alert_id = n.id and m.item_id = any (n.droppable_ids) offset 0
    ) m
    where n.droppable_ids is not null
      and (listings -> m.item_id::text ->> 'price')::numeric <= m.price * (1 - n.price_drop_percent / 100)
  ), checked as (
    update public.alerts a set
      last_checked_at = now, catch_up = false, parked_reason = null, parked_until = null, paused_until = null,
      last_match_at = case when cardinality(n.told) > 0 then now else a.last_match_at end
    from news n where a.id = n.id
  )
  select
    -- Oldest first, so that the messages arrive in the order of publication.
    (select array_agg(m.row order by array_position(page, (m.row).item_id) desc nulls last, (m.row).alert_id)
      from message m),
    (select coalesce(jsonb_agg(jsonb_build_object('alertId', n.id, 'mode', n.mode, 'matches', n.count,
      'newMatches', cardinality(n.told), 'newIds', to_jsonb(n.told)) order by n.id), '[]') from news n)
  into messages, results;
  for message in select * from unnest(messages) m where m.kind = 'drop' loop
    update public.alert_matches m set price = (message.payload #>> '{listing,price}')::numeric
    where m.alert_id = message.alert_id and m.item_id = message.item_id;
  end loop;
  perform public.enqueue(messages);
  return results;
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
  perform public.apply_egress_effect(check_result ->> 'egress', check_result -> 'effect');
  if check_result ->> 'sessionId' is not null then
    perform public.mark_session((check_result ->> 'sessionId')::uuid, check_result ->> 'verdict');
  end if;
  if run is not null and item.attempt is distinct from (check_result ->> 'attempt')::integer then
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
