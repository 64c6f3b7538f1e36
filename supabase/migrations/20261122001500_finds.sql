-- The history of finds with what a person thought of them, and the deliveries as a page shows them.

-- ── Finds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Upper case and accents aside ("Été" is "ete"). The marks go before `lower`, which in the C locale knows ASCII only.
create function public.fold_text(text text) returns text
language sql immutable parallel safe security invoker set search_path = '' as $$
  select lower(regexp_replace(normalize(fold_text.text, NFD), '[\u0300-\u036f]', '', 'g'))
$$;

alter table public.alert_matches
  -- What the search looks through. Cut, because it lies in an index, whose rows hold 2.7 kB: titles are written by strangers.
  add column words text generated always as (left(public.fold_text(listing ->> 'title'), 200)) stored,
  add column mark text check (mark in ('kept', 'dismissed')),
  -- What the listing's own page said when somebody asked.
  add column sale_state text check (sale_state in ('for-sale', 'not-for-sale', 'gone', 'unknown')),
  add column sale_asked_at timestamptz,
  add constraint alert_matches_sale check ((sale_state is null) = (sale_asked_at is null));

-- Every filter of the history is answered from the index alone: the listings themselves lie in a table twenty times as large.
drop index public.alert_matches_finds;
create index alert_matches_history on public.alert_matches (found_at desc, item_id desc, alert_id desc)
  include (words, price, mark) where is_find;
create index alert_matches_marked on public.alert_matches (found_at desc, item_id desc, alert_id desc) where mark is not null;
-- For the median of an alert, in order and without the rows.
create index alert_matches_prices on public.alert_matches (alert_id, price);

create function public.find_json(m public.alert_matches, alert_name text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('alertId', m.alert_id, 'alertName', find_json.alert_name, 'itemId', m.item_id,
    'foundAt', m.found_at, 'price', m.price, 'listing', m.listing, 'mark', m.mark,
    'sale', case when m.sale_state is not null then jsonb_build_object('state', m.sale_state, 'askedAt', m.sale_asked_at) end)
$$;

-- Newest first. `filter`: {words[], alertId, market, mark (kept, dismissed, new), since, until, priceMin, priceMax}, each of
-- them optional; all words must be in the title. `before` is where the last page ended: {foundAt, itemId, alertId}.
-- `person_id` is whose alerts; null is everybody's. Planned for each filter: the plan for one fits no other.
create function public.list_finds(filter jsonb, most integer, before jsonb default null, person_id uuid default null)
returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  patterns text[] := (
    select array_agg('%' || regexp_replace(public.fold_text(w), '([\\%_])', '\\\1', 'g') || '%')
    from jsonb_array_elements_text(filter -> 'words') w);
  only_alert uuid := filter ->> 'alertId';
  only_market text := filter ->> 'market';
  only_mark text := filter ->> 'mark';
  since timestamptz := filter ->> 'since';
  until timestamptz := filter ->> 'until';
  price_from numeric := filter ->> 'priceMin';
  price_to numeric := filter ->> 'priceMax';
  last_at timestamptz := before ->> 'foundAt';
  last_item bigint := before ->> 'itemId';
  last_alert uuid := before ->> 'alertId';
begin
  return (
    with page as materialized (
      select m.alert_id, m.item_id, a.name
      from public.alert_matches m join public.alerts a on a.id = m.alert_id
      where m.is_find and m.words is not null
        and (list_finds.person_id is null or a.person_id = list_finds.person_id)
        and (only_alert is null or m.alert_id = only_alert)
        and (only_market is null or a.market = only_market)
        and (only_mark is null or m.mark = only_mark or (only_mark = 'new' and m.mark is null))
        and (since is null or m.found_at >= since)
        and (until is null or m.found_at < until)
        and (price_from is null or m.price >= price_from)
        and (price_to is null or m.price <= price_to)
        and (patterns is null or m.words like all (patterns))
        and (last_at is null or (m.found_at, m.item_id, m.alert_id) < (last_at, last_item, last_alert))
      order by m.found_at desc, m.item_id desc, m.alert_id desc limit list_finds.most
    )
    select coalesce(jsonb_agg(public.find_json(m, page.name) order by m.found_at desc, m.item_id desc, m.alert_id desc), '[]')
    from page join public.alert_matches m on m.alert_id = page.alert_id and m.item_id = page.item_id
  );
end
$$;

-- Null when there is none, or it is somebody else's.
create function public.get_find(alert_id uuid, item_id bigint, person_id uuid default null) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.find_json(m, a.name)
  from public.alert_matches m join public.alerts a on a.id = m.alert_id
  where m.alert_id = get_find.alert_id and m.item_id = get_find.item_id and m.is_find and m.words is not null
    and (get_find.person_id is null or a.person_id = get_find.person_id)
$$;

-- `mark`: kept, dismissed, or null for none. Null when there is no such find.
create function public.mark_find(alert_id uuid, item_id bigint, mark text, person_id uuid default null) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  update public.alert_matches m set mark = mark_find.mark
  where m.alert_id = mark_find.alert_id and m.item_id = mark_find.item_id and m.mark is distinct from mark_find.mark
    and public.get_find(m.alert_id, m.item_id, mark_find.person_id) is not null;
  return public.get_find(mark_find.alert_id, mark_find.item_id, mark_find.person_id);
end
$$;

-- What the listing's page says holds for every alert that found it. Answers the find that was asked for.
create function public.save_sale(alert_id uuid, item_id bigint, state text) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  update public.alert_matches m set sale_state = save_sale.state, sale_asked_at = clock_timestamp()
  where m.item_id = save_sale.item_id and m.is_find and m.alert_id in (
    select twin.id from public.alerts asked join public.alerts twin on twin.market = asked.market
    where asked.id = save_sale.alert_id
  );
  return public.get_find(save_sale.alert_id, save_sale.item_id);
end
$$;

-- Of all prices that each alert has seen, told or not: [{alertId, price, listings}].
create function public.read_medians(alert_ids uuid[]) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('alertId', s.alert_id, 'price', s.price, 'listings', s.listings)), '[]')
  from (
    select m.alert_id, percentile_cont(0.5) within group (order by m.price) as price, count(*) as listings
    from public.alert_matches m where m.alert_id = any (read_medians.alert_ids) group by m.alert_id
  ) s
$$;

-- To choose from: those with the newest finds, by name. A page is no place for a list of thousands.
create function public.list_find_alerts(most integer, person_id uuid default null) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'market', a.market) order by lower(a.name), a.id), '[]')
  from (
    select * from public.alerts x
    where list_find_alerts.person_id is null or x.person_id = list_find_alerts.person_id
    order by x.last_match_at desc nulls last, x.created_at desc limit list_find_alerts.most
  ) a
$$;

-- As before, and what a person keeps is kept, and codes, links and logins go when their time is over.
create or replace function public.purge_old(most integer) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  now timestamptz := clock_timestamp();
  result jsonb := '{}';
  gone integer;
begin
  delete from public.evidence e where e.id in (
    select id from public.evidence where created_at < now - interval '24 hours' limit purge_old.most);
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('evidence', gone);
  delete from public.refusals r where r.id in (
    select id from public.refusals where refused_at < now - interval '1 day' limit purge_old.most);
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('refusals', gone);
  -- A run takes its items and alerts with it: fewer at once.
  delete from public.alert_runs r where r.id in (
    select id from public.alert_runs where started_at < now - interval '14 days' and status <> 'running'
    order by started_at limit greatest(1, purge_old.most / 100));
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('runs', gone);
  delete from public.seen_items s where s.ctid = any (array(
    select x.ctid from public.seen_items x join public.searches q on q.key = x.search_key
    where x.last_seen_at < now - interval '7 days'
      and (x.last_seen_at < q.last_good_at - interval '7 days' or q.last_good_at < now - interval '30 days')
    limit purge_old.most));
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('seenItems', gone);
  delete from public.alert_matches m where m.ctid = any (array(
    select x.ctid from public.alert_matches x where x.found_at < now - interval '30 days' and x.mark is distinct from 'kept'
      and not exists (select 1 from public.seen_items s where s.item_id = x.item_id) limit purge_old.most));
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('matches', gone);
  delete from public.outbox o where o.id in (
    select x.id from public.outbox x where x.settled_at < now - interval '30 days'
      and not exists (select 1 from public.seen_items s where s.item_id = x.item_id)
    limit purge_old.most);
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('messages', gone);
  delete from public.scraping_cookies c where c.expires_at < now - interval '1 day';
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('sessions', gone);
  delete from public.market_rests r where r.until < now - interval '1 day';
  delete from public.invitations i where i.expires_at <= now;
  delete from public.login_links l where l.expires_at <= now;
  delete from public.page_sessions s where s.expires_at <= now;
  delete from public.owner_codes c where c.expires_at <= now;
  delete from public.incidents i where i.id in (
    select id from public.incidents where closed_at < now - interval '30 days' limit purge_old.most);
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('incidents', gone);
  delete from public.searches s where s.key in (
    select x.key from public.searches x where x.last_good_at < now - interval '30 days'
      and not exists (select 1 from public.seen_items i where i.search_key = x.key) limit purge_old.most);
  get diagnostics gone = row_count;
  result := result || jsonb_build_object('searches', gone);
  delete from public.outbox_destinations d where d.ctid = any (array(
    select x.ctid from public.outbox_destinations x
    where x.claim_id is null and x.disabled_reason is null and x.migrated_to is null
      and x.next_send_at < now - interval '30 days'
      and not exists (select 1 from public.outbox o where o.channel = x.channel and o.destination = x.destination)
    limit purge_old.most));
  get diagnostics gone = row_count;
  return result || jsonb_build_object('chats', gone);
end
$$;

-- ── Deliveries ─────────────────────────────────────────────────────────────────────────────────────────────────────────

create index outbox_listed on public.outbox (created_at desc, number desc);
drop index public.outbox_newest;
create index outbox_dead on public.outbox (created_at desc, number desc) where state = 'failed';

-- A person's messages are those about their alerts and those to their own `destinations` (and where those have moved to);
-- `person_id` null: everybody's.
create function public.is_delivery_of(o public.outbox, person_id uuid, destinations text[]) returns boolean
language sql stable security invoker set search_path = '' as $$
  select is_delivery_of.person_id is null
    or exists (select 1 from public.alerts a where a.id = o.alert_id and a.person_id = is_delivery_of.person_id)
    or o.destination = any (is_delivery_of.destinations)
    or exists (
      select 1 from public.outbox_destinations d where d.channel = o.channel and d.migrated_to = o.destination
        and d.destination = any (is_delivery_of.destinations))
$$;

create function public.delivery_json(o public.outbox) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.outbox_json(o) || jsonb_build_object('number', o.number,
    'alertName', (select a.name from public.alerts a where a.id = o.alert_id))
$$;

-- Newest first. `filter`: {state, channel, destination}, each of them optional; what is being sent is waiting. `before` is
-- where the last page ended: {createdAt, number}.
create function public.list_deliveries(
  filter jsonb, most integer, before jsonb default null, person_id uuid default null, destinations text[] default '{}'
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  only_state text := filter ->> 'state';
  only_channel text := filter ->> 'channel';
  only_destination text := filter ->> 'destination';
  last_at timestamptz := before ->> 'createdAt';
  last_number bigint := before ->> 'number';
  -- As `is_delivery_of`, which would be asked row by row.
  own_alerts uuid[] := array(select a.id from public.alerts a where a.person_id = list_deliveries.person_id);
  own_places text[] := list_deliveries.destinations || array(
    select d.migrated_to from public.outbox_destinations d
    where d.destination = any (list_deliveries.destinations) and d.migrated_to is not null);
begin
  return (
    select coalesce(jsonb_agg(public.delivery_json(o) order by o.created_at desc, o.number desc), '[]')
    from (
      select * from public.outbox x
      where (only_state is null or x.state = only_state or (only_state = 'waiting' and x.state = 'sending'))
        and (only_channel is null or x.channel = only_channel)
        and (only_destination is null or x.destination = only_destination)
        and (last_at is null or (x.created_at, x.number) < (last_at, last_number))
        and (list_deliveries.person_id is null or x.alert_id = any (own_alerts) or x.destination = any (own_places))
      order by x.created_at desc, x.number desc limit list_deliveries.most
    ) o
  );
end
$$;

create function public.get_delivery(id uuid, person_id uuid default null, destinations text[] default '{}') returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.delivery_json(o) from public.outbox o
  where o.id = get_delivery.id and public.is_delivery_of(o, get_delivery.person_id, get_delivery.destinations)
$$;

-- What keeps messages from arriving: {letters: [{channel, destination, count, error}] dead ones by destination, the newest
-- first; chats: [{channel, destination, reason, count}] that are switched off; channels: [{channel, failures, since, error,
-- nextAt}] that cannot be reached}.
create function public.read_delivery_troubles(person_id uuid default null, destinations text[] default '{}') returns jsonb
language sql stable security invoker set search_path = '' as $$
  with dead as (
    select o.channel, o.destination, count(*) as count, max(o.settled_at) as newest,
      (array_agg(o.last_error order by o.settled_at desc))[1] as error
    from public.outbox o
    where o.state = 'failed'
      and public.is_delivery_of(o, read_delivery_troubles.person_id, read_delivery_troubles.destinations)
    group by o.channel, o.destination
  )
  select jsonb_build_object(
    'letters', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'destination', f.destination, 'count', f.count,
        'error', f.error) order by f.newest desc nulls last), '[]')
      from (select * from dead d order by d.newest desc nulls last limit 50) f),
    'chats', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', d.channel, 'destination', d.destination,
        'reason', d.disabled_reason, 'count', coalesce(f.count, 0)) order by d.channel, d.destination), '[]')
      from public.outbox_destinations d
      left join dead f on f.channel = d.channel and f.destination = d.destination
      where d.disabled_reason is not null and d.migrated_to is null
        and (read_delivery_troubles.person_id is null or f.count is not null
          or d.destination = any (read_delivery_troubles.destinations))),
    'channels', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'failures', c.failures, 'since', c.failing_since,
        'error', c.last_error, 'nextAt', c.next_send_at) order by c.channel), '[]')
      from public.outbox_channels c where c.failures > 0)
  )
$$;

-- One dead letter goes back to the queue, and with a chat that was switched off all that failed for that: {alongWith} is how
-- many others. Null when it is not there, or not failed.
create function public.retry_delivery(id uuid, person_id uuid default null, destinations text[] default '{}') returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  message public.outbox;
  others integer;
begin
  select * into message from public.outbox o
  where o.id = retry_delivery.id and o.state = 'failed'
    and public.is_delivery_of(o, retry_delivery.person_id, retry_delivery.destinations);
  if not found then
    return null;
  end if;
  select count(*) into others
  from public.outbox_destinations d
  join public.outbox o on o.channel = d.channel and o.destination = d.destination
  where d.channel = message.channel and d.destination = message.destination
    and o.state = 'failed' and o.id <> message.id and o.last_error = d.disabled_reason;
  if public.retry_outbox(message.id) is null then
    return null;
  end if;
  return jsonb_build_object('alongWith', others);
end
$$;

-- Every dead letter of a chat (or, without `destination`, of a channel) goes back to the queue; its switched-off chats are
-- tried again. Answers how many.
create function public.retry_deliveries(
  channel text, destination text default null, person_id uuid default null, destinations text[] default '{}'
) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
  revived integer;
begin
  -- The chats before their messages, in one order, as everywhere.
  perform 1 from public.outbox_destinations d
  where d.channel = retry_deliveries.channel
    and (retry_deliveries.destination is null or d.destination = retry_deliveries.destination)
  order by d.channel, d.destination for update;
  with revived as (
    update public.outbox o
    set state = 'waiting', attempts = 0, unclear_sends = 0, not_before = clock_timestamp(), settled_at = null
    where o.channel = retry_deliveries.channel and o.state = 'failed'
      and (retry_deliveries.destination is null or o.destination = retry_deliveries.destination)
      and public.is_delivery_of(o, retry_deliveries.person_id, retry_deliveries.destinations)
    returning o.destination
  ), tried as (
    update public.outbox_destinations d set disabled_reason = null
    where d.channel = retry_deliveries.channel and d.disabled_reason is not null
      and d.destination in (select r.destination from revived r)
  )
  select count(*) into revived from revived;
  return revived;
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
