-- People: the owner, and whom the owner invites. Each has a chat, alerts, and the same login on the page.

create table public.people (
  id uuid primary key default gen_random_uuid(),
  role text not null check (role in ('owner', 'member', 'viewer')),
  name text not null check (length(name) between 1 and 100 and name ~ '\S'),
  -- A private chat, or a group: everybody in a group that was let in may command there. Null until one is known.
  chat_id text unique check (length(chat_id) between 1 and 100),
  language text not null default 'fr' check (language in ('fr', 'en')),
  time_zone text not null default 'Europe/Paris'
    check (length(time_zone) <= 60 and (timestamptz '2026-01-01 00:00Z' at time zone time_zone) is not null),
  -- Both or none; from 22:00 until 08:00 goes over midnight.
  quiet_from time,
  quiet_until time,
  created_at timestamptz not null default clock_timestamp(),
  constraint people_quiet_hours check ((quiet_from is null) = (quiet_until is null) and quiet_from is distinct from quiet_until
    or quiet_from is null and quiet_until is null)
);
create unique index people_owner on public.people (role) where role = 'owner';
insert into public.people (role, name, chat_id) select 'owner', 'owner', f.owner_chat from public.fleet_state f;
alter table public.fleet_state drop column owner_chat;

-- What is shown to a person once (a code, a cookie) is kept as its SHA-256 only.
create table public.page_sessions (
  token_hash text primary key,
  person_id uuid not null references public.people (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index page_sessions_person on public.page_sessions (person_id);
create table public.login_links (
  code_hash text primary key,
  person_id uuid not null references public.people (id) on delete cascade,
  expires_at timestamptz not null
);
create table public.invitations (
  code_hash text primary key,
  id uuid not null unique default gen_random_uuid(),
  role text not null check (role in ('member', 'viewer')),
  name text not null check (length(name) between 1 and 100 and name ~ '\S'),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

alter table public.alerts
  -- Null: the owner's.
  add column person_id uuid references public.people (id) on delete cascade,
  add column max_messages_per_hour integer check (max_messages_per_hour between 1 and 1000),
  -- Other ways out (Discord, a webhook) beside the chat.
  add column webhook_ids uuid[] not null default '{}'
    check (cardinality(webhook_ids) <= 20 and array_position(webhook_ids, null) is null);
create index alerts_person on public.alerts (person_id) where person_id is not null;

create or replace function public.alert_json(alert public.alerts) returns jsonb
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
    'createdAt', alert.created_at, 'lastCheckedAt', alert.last_checked_at, 'lastMatchAt', alert.last_match_at,
    'maxMessagesPerHour', alert.max_messages_per_hour, 'webhookIds', to_jsonb(alert.webhook_ids),
    'personId', alert.person_id
  )
$$;

-- The row that results from laying camelCase fields over a row; fields that are not named stay.
create or replace function public.alert_with(alert public.alerts, changes jsonb) returns public.alerts
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
  alert.max_messages_per_hour := whole ->> 'maxMessagesPerHour';
  alert.webhook_ids := public.texts(whole -> 'webhookIds')::uuid[];
  return alert;
end
$$;

drop function public.create_alert(uuid, jsonb);

-- Idempotent by the caller's id: a repeated call answers with the alert that is there. `person_id` null: the owner's.
create function public.create_alert(id uuid, alert jsonb, person_id uuid default null) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  row public.alerts;
begin
  row.id := create_alert.id;
  row.created_at := clock_timestamp();
  row.catch_up := false;
  row.revision := 1;
  row.person_id := create_alert.person_id;
  row := public.alert_with(row, create_alert.alert);
  insert into public.alerts values (row.*) on conflict on constraint alerts_pkey do nothing;
  return (select public.alert_json(a) from public.alerts a where a.id = create_alert.id);
end
$$;

drop function public.list_alerts();

-- Those of one person (the owner's are those of nobody else); null lists all.
create function public.list_alerts(person_id uuid default null) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(public.alert_json(a) order by a.created_at, a.id), '[]') from public.alerts a
  where list_alerts.person_id is null or a.person_id = list_alerts.person_id
    or (a.person_id is null and list_alerts.person_id = (select p.id from public.people p where p.role = 'owner'))
$$;

-- Null when there is none. What a change means for the next check is decided by the table's trigger.
create or replace function public.update_alert(id uuid, changes jsonb) returns jsonb
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
    max_messages_per_hour = after.max_messages_per_hour, webhook_ids = after.webhook_ids,
    parked_reason = after.parked_reason, parked_until = after.parked_until
  where a.id = update_alert.id;
  return public.get_alert(update_alert.id);
end
$$;

-- ── People ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

create function public.person_json(person public.people) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('id', person.id, 'role', person.role, 'name', person.name, 'chatId', person.chat_id,
    'language', person.language, 'timeZone', person.time_zone,
    'quietFrom', to_char(person.quiet_from, 'HH24:MI'), 'quietUntil', to_char(person.quiet_until, 'HH24:MI'),
    'createdAt', person.created_at)
$$;

-- Main's configuration wins over an earlier binding; null keeps what is known. Whoever was invited with that chat was the
-- owner all along.
create or replace function public.set_owner_chat(chat_id text) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  if set_owner_chat.chat_id is null then
    return;
  end if;
  update public.alerts a set person_id = null
  where a.person_id in (select p.id from public.people p where p.chat_id = set_owner_chat.chat_id and p.role <> 'owner');
  delete from public.people p where p.chat_id = set_owner_chat.chat_id and p.role <> 'owner';
  update public.people p set chat_id = set_owner_chat.chat_id where p.role = 'owner';
end
$$;

create or replace function public.get_owner_chat() returns text
language sql stable security invoker set search_path = '' as $$
  -- A group that moved is followed.
  select coalesce(d.migrated_to, p.chat_id)
  from public.people p
  left join public.outbox_destinations d on d.channel = 'telegram' and d.destination = p.chat_id
  where p.role = 'owner'
$$;

create function public.list_people() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(public.person_json(p) || jsonb_build_object('alerts', (
      select count(*) from public.alerts a where a.person_id = p.id or (a.person_id is null and p.role = 'owner')
    )) order by p.role <> 'owner', p.created_at, p.id), '[]') from public.people p
$$;

create function public.get_owner() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.person_json(p) from public.people p where p.role = 'owner'
$$;

-- Who may command in this chat; null for a stranger. A group that moved is the group it was.
create function public.find_person(chat_id text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.person_json(p) from public.people p
  where p.chat_id = find_person.chat_id or p.chat_id in (
    select d.destination from public.outbox_destinations d
    where d.channel = 'telegram' and d.migrated_to = find_person.chat_id
  )
  limit 1
$$;

-- `changes`: any of {name, language, timeZone, quietFrom, quietUntil}; a language is also that of their alerts. Null when there
-- is no such person.
create function public.update_person(id uuid, changes jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  update public.people p set
    name = coalesce(changes ->> 'name', p.name),
    language = coalesce(changes ->> 'language', p.language),
    time_zone = coalesce(changes ->> 'timeZone', p.time_zone),
    quiet_from = case when changes ? 'quietFrom' then (changes ->> 'quietFrom')::time else p.quiet_from end,
    quiet_until = case when changes ? 'quietUntil' then (changes ->> 'quietUntil')::time else p.quiet_until end
  where p.id = update_person.id;
  if changes ? 'language' then
    update public.alerts a set language = changes ->> 'language'
    where a.language <> changes ->> 'language' and (a.person_id = update_person.id or (a.person_id is null
      and update_person.id = (select p.id from public.people p where p.role = 'owner')));
  end if;
  return (select public.person_json(p) from public.people p where p.id = update_person.id);
end
$$;

-- With their alerts and logins; the owner stays. False when there is no such person.
create function public.remove_person(id uuid) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.people p where p.id = remove_person.id and p.role <> 'owner';
  return found;
end
$$;

create function public.create_invitation(code_hash text, role text, name text, ttl_ms double precision) returns void
language sql security invoker set search_path = '' as $$
  insert into public.invitations (code_hash, role, name, expires_at)
  values (create_invitation.code_hash, create_invitation.role, create_invitation.name,
    clock_timestamp() + create_invitation.ttl_ms * interval '1 millisecond')
  on conflict do nothing
$$;

-- Open ones, without their codes: those were shown once.
create function public.list_invitations() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'role', i.role, 'name', i.name, 'createdAt', i.created_at,
    'expiresAt', i.expires_at) order by i.created_at desc), '[]')
  from public.invitations i where i.expires_at > clock_timestamp()
$$;

create function public.revoke_invitation(id uuid) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.invitations i where i.id = revoke_invitation.id;
  return found;
end
$$;

-- Once: the chat becomes the invited person's. Null for a code that is unknown, used or too old. A chat that is somebody's
-- already stays theirs, and the invitation is kept for another.
create function public.use_invitation(code_hash text, chat_id text, language text) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  invitation public.invitations;
  person public.people;
begin
  if public.find_person(use_invitation.chat_id) is not null then
    return public.find_person(use_invitation.chat_id);
  end if;
  delete from public.invitations i
  where i.code_hash = use_invitation.code_hash and i.expires_at > clock_timestamp() returning * into invitation;
  if not found then
    return null;
  end if;
  insert into public.people (role, name, chat_id, language)
  values (invitation.role, invitation.name, use_invitation.chat_id, use_invitation.language) returning * into person;
  return public.person_json(person);
end
$$;

-- ── Login ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

create function public.create_login_link(code_hash text, person_id uuid, ttl_ms double precision) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.login_links l where l.expires_at <= clock_timestamp();
  insert into public.login_links (code_hash, person_id, expires_at)
  values (create_login_link.code_hash, create_login_link.person_id,
    clock_timestamp() + create_login_link.ttl_ms * interval '1 millisecond')
  on conflict do nothing;
end
$$;

-- Once: the person's id, null for a code that is unknown, used or too old.
create function public.use_login_link(code_hash text) returns uuid
language plpgsql security invoker set search_path = '' as $$
declare
  link public.login_links;
begin
  delete from public.login_links l where l.code_hash = use_login_link.code_hash returning * into link;
  return case when link.expires_at > clock_timestamp() then link.person_id end;
end
$$;

create function public.create_page_session(token_hash text, person_id uuid, ttl_ms double precision) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.page_sessions s where s.expires_at <= clock_timestamp();
  insert into public.page_sessions (token_hash, person_id, expires_at)
  values (create_page_session.token_hash, create_page_session.person_id,
    clock_timestamp() + create_page_session.ttl_ms * interval '1 millisecond')
  on conflict do nothing;
end
$$;

-- The person who is logged in with it; null when it is unknown, ended or too old.
create function public.read_page_session(token_hash text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.person_json(p) from public.page_sessions s join public.people p on p.id = s.person_id
  where s.token_hash = read_page_session.token_hash and s.expires_at > clock_timestamp()
$$;

create function public.end_page_session(token_hash text) returns void
language sql security invoker set search_path = '' as $$
  delete from public.page_sessions s where s.token_hash = end_page_session.token_hash
$$;

-- Signs a person out everywhere; answers how many logins ended.
create function public.end_page_sessions(person_id uuid) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
  ended integer;
begin
  delete from public.login_links l where l.person_id = end_page_sessions.person_id;
  delete from public.page_sessions s where s.person_id = end_page_sessions.person_id;
  get diagnostics ended = row_count;
  return ended;
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
