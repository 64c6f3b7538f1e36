-- Alerts: create, read, change, delete. All JSON is camelCase, as on the wire.

create function public.alert_json(alert public.alerts) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'id', alert.id, 'name', alert.name, 'market', alert.market, 'url', alert.url, 'searchText', alert.search_text,
    'catalogIds', to_jsonb(alert.catalog_ids), 'brandIds', to_jsonb(alert.brand_ids), 'sizeIds', to_jsonb(alert.size_ids),
    'statusIds', to_jsonb(alert.status_ids), 'colorIds', to_jsonb(alert.color_ids),
    'materialIds', to_jsonb(alert.material_ids), 'attributeIds', alert.attribute_ids,
    'priceMin', alert.price_min, 'priceMax', alert.price_max, 'maxTotalPrice', alert.max_total_price,
    'brands', to_jsonb(alert.brands), 'sizes', to_jsonb(alert.sizes), 'requiredWords', to_jsonb(alert.required_words),
    'excludedWords', to_jsonb(alert.excluded_words), 'blockedSellers', to_jsonb(alert.blocked_sellers),
    'priceDropPercent', alert.price_drop_percent
  ) || jsonb_build_object(
    'chatId', alert.chat_id, 'topicId', alert.topic_id, 'language', alert.language, 'isActive', alert.is_active,
    'pausedUntil', alert.paused_until, 'parkedReason', alert.parked_reason, 'parkedUntil', alert.parked_until,
    'createdAt', alert.created_at, 'lastCheckedAt', alert.last_checked_at, 'lastMatchAt', alert.last_match_at
  )
$$;

-- A JSON array as an SQL array; JSON null and a missing field are the empty array.
create function public.bigints(value jsonb) returns bigint[]
language sql immutable security invoker set search_path = '' as $$
  select coalesce(array_agg(element::bigint order by place), '{}')
  from jsonb_array_elements_text(case jsonb_typeof(value) when 'array' then value else '[]' end)
    with ordinality as list (element, place)
$$;

create function public.texts(value jsonb) returns text[]
language sql immutable security invoker set search_path = '' as $$
  select coalesce(array_agg(element order by place), '{}')
  from jsonb_array_elements_text(case jsonb_typeof(value) when 'array' then value else '[]' end)
    with ordinality as list (element, place)
$$;

-- The row that results from laying camelCase fields over a row; fields that are not named stay.
create function public.alert_with(alert public.alerts, changes jsonb) returns public.alerts
language plpgsql immutable security invoker set search_path = '' as $$
declare
  whole jsonb := public.alert_json(alert) || changes;
begin
  alert.name := whole ->> 'name';
  alert.market := whole ->> 'market';
  alert.url := whole ->> 'url';
  alert.search_text := whole ->> 'searchText';
  alert.catalog_ids := public.bigints(whole -> 'catalogIds');
  alert.brand_ids := public.bigints(whole -> 'brandIds');
  alert.size_ids := public.bigints(whole -> 'sizeIds');
  alert.status_ids := public.bigints(whole -> 'statusIds');
  alert.color_ids := public.bigints(whole -> 'colorIds');
  alert.material_ids := public.bigints(whole -> 'materialIds');
  alert.attribute_ids := coalesce(nullif(whole -> 'attributeIds', 'null'), '{}');
  alert.price_min := whole ->> 'priceMin';
  alert.price_max := whole ->> 'priceMax';
  alert.max_total_price := whole ->> 'maxTotalPrice';
  alert.brands := public.texts(whole -> 'brands');
  alert.sizes := public.texts(whole -> 'sizes');
  alert.required_words := public.texts(whole -> 'requiredWords');
  alert.excluded_words := public.texts(whole -> 'excludedWords');
  alert.blocked_sellers := public.texts(whole -> 'blockedSellers');
  alert.price_drop_percent := whole ->> 'priceDropPercent';
  alert.chat_id := whole ->> 'chatId';
  alert.topic_id := whole ->> 'topicId';
  alert.language := coalesce(whole ->> 'language', 'fr');
  alert.is_active := coalesce((whole ->> 'isActive')::boolean, true);
  alert.paused_until := whole ->> 'pausedUntil';
  return alert;
end
$$;

-- Idempotent by the caller's id: a repeated call answers with the alert that is there.
create function public.create_alert(id uuid, alert jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  row public.alerts;
begin
  row.id := create_alert.id;
  row.created_at := clock_timestamp();
  row.catch_up := false;
  row.revision := 1;
  row := public.alert_with(row, create_alert.alert);
  insert into public.alerts values (row.*) on conflict on constraint alerts_pkey do nothing;
  return (select public.alert_json(a) from public.alerts a where a.id = create_alert.id);
end
$$;

create function public.list_alerts() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(public.alert_json(a) order by a.created_at, a.id), '[]') from public.alerts a
$$;

-- Null when there is none.
create function public.get_alert(id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.alert_json(a) from public.alerts a where a.id = get_alert.id
$$;

-- Null when there is none. What a change means for the next check is decided by the table's trigger.
create function public.update_alert(id uuid, changes jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  before public.alerts;
  after public.alerts;
begin
  select * into before from public.alerts a where a.id = update_alert.id for update;
  if not found then
    return null;
  end if;
  after := public.alert_with(before, update_alert.changes);
  if (update_alert.changes ->> 'isActive')::boolean then
    after.parked_reason := null;
    after.parked_until := null;
  end if;
  update public.alerts a set
    name = after.name, market = after.market, url = after.url, search_text = after.search_text, catalog_ids = after.catalog_ids,
    brand_ids = after.brand_ids, size_ids = after.size_ids, status_ids = after.status_ids, color_ids = after.color_ids,
    material_ids = after.material_ids, attribute_ids = after.attribute_ids, price_min = after.price_min,
    price_max = after.price_max, max_total_price = after.max_total_price, brands = after.brands, sizes = after.sizes,
    required_words = after.required_words, excluded_words = after.excluded_words, blocked_sellers = after.blocked_sellers,
    price_drop_percent = after.price_drop_percent, chat_id = after.chat_id, topic_id = after.topic_id,
    language = after.language, is_active = after.is_active, paused_until = after.paused_until,
    parked_reason = after.parked_reason, parked_until = after.parked_until
  where a.id = update_alert.id;
  return public.get_alert(update_alert.id);
end
$$;

create function public.delete_alert(id uuid) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.alerts a where a.id = delete_alert.id;
  return found;
end
$$;

-- A changed search starts anew; a changed filter or a return from a pause is caught up in one digest; a pause cancels what
-- waits. In a trigger, so that it holds for rows changed by hand too.
create function public.alert_changed() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  if (new.market, new.search_text, new.catalog_ids, new.brand_ids, new.size_ids, new.status_ids, new.color_ids,
      new.material_ids, new.attribute_ids, new.price_min, new.price_max)
    is distinct from (old.market, old.search_text, old.catalog_ids, old.brand_ids, old.size_ids, old.status_ids,
      old.color_ids, old.material_ids, old.attribute_ids, old.price_min, old.price_max)
  then
    new.last_checked_at := null;
    new.catch_up := false;
    new.revision := old.revision + 1;
    delete from public.alert_matches m where m.alert_id = old.id;
  elsif (new.max_total_price, new.brands, new.sizes, new.required_words, new.excluded_words, new.blocked_sellers)
      is distinct from (old.max_total_price, old.brands, old.sizes, old.required_words, old.excluded_words,
        old.blocked_sellers)
    or (new.is_active and not old.is_active)
    or (old.parked_reason is not null and new.parked_reason is null)
    or (new.paused_until is distinct from old.paused_until and old.paused_until is not null
      and coalesce(new.paused_until, clock_timestamp()) <= clock_timestamp())
  then
    new.catch_up := true;
    new.revision := old.revision + 1;
  end if;
  if not new.is_active or new.paused_until > clock_timestamp() then
    update public.outbox o set state = 'cancelled', settled_at = clock_timestamp()
    where o.alert_id = new.id and o.state = 'waiting';
  end if;
  return new;
end
$$;
-- A check's own note (a new time of the last good check) is no change by the user, and must cost little.
create trigger alert_changed before update on public.alerts
  for each row when (new.last_checked_at is null or new.last_checked_at is not distinct from old.last_checked_at)
  execute function public.alert_changed();

create function public.alert_deleted() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  update public.outbox o set state = 'cancelled', settled_at = clock_timestamp()
  where o.alert_id = old.id and o.state = 'waiting';
  return old;
end
$$;
create trigger alert_deleted before delete on public.alerts
  for each row execute function public.alert_deleted();

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
