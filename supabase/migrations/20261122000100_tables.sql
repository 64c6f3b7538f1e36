-- Tables of Vigie. They are reached through the functions of the later migrations only: row level security is on and no
-- policy exists. Written for PostgreSQL 15 (hosted Supabase) and newer.

-- ── Alerts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A row inserted by hand with name, market and search_text is a valid alert: defaults and checks live here. What the wire
-- cannot carry (shared/contracts/alert.ts) is refused: one unreadable row would hide all others.
create table public.alerts (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 200 and name ~ '\S'),
  market text not null check (market ~ '^[a-z]{2}$'),
  url text check (length(url) <= 60000),
  search_text text check (length(search_text) between 1 and 200 and search_text ~ '\S'),
  catalog_ids bigint[] not null default '{}' check (cardinality(catalog_ids) <= 200),
  brand_ids bigint[] not null default '{}' check (cardinality(brand_ids) <= 200),
  size_ids bigint[] not null default '{}' check (cardinality(size_ids) <= 200),
  status_ids bigint[] not null default '{}' check (cardinality(status_ids) <= 200),
  color_ids bigint[] not null default '{}' check (cardinality(color_ids) <= 200),
  material_ids bigint[] not null default '{}' check (cardinality(material_ids) <= 200),
  attribute_ids jsonb not null default '{}' check (jsonb_typeof(attribute_ids) = 'object'),
  price_min numeric(12, 2) check (price_min between 0 and 9999999),
  price_max numeric(12, 2) check (price_max between 0 and 9999999),
  max_total_price numeric(12, 2) check (max_total_price between 0 and 9999999),
  brands text[] not null default '{}' check (cardinality(brands) <= 200),
  sizes text[] not null default '{}' check (cardinality(sizes) <= 200),
  required_words text[] not null default '{}' check (cardinality(required_words) <= 200),
  excluded_words text[] not null default '{}' check (cardinality(excluded_words) <= 200),
  blocked_sellers text[] not null default '{}' check (cardinality(blocked_sellers) <= 200),
  price_drop_percent numeric(5, 2) check (price_drop_percent > 0 and price_drop_percent < 100),
  chat_id text check (length(chat_id) between 1 and 100 and chat_id ~ '\S'),
  topic_id bigint check (abs(topic_id) < 9007199254740992),
  language text not null default 'fr' check (language in ('fr', 'en')),
  is_active boolean not null default true,
  paused_until timestamptz check (isfinite(paused_until)),
  parked_reason text,
  parked_until timestamptz check (isfinite(parked_until)),
  created_at timestamptz not null default now(),
  -- The last *good* check; null before the baseline.
  last_checked_at timestamptz,
  last_match_at timestamptz,
  -- What became a match while the alert could not see it (pause, changed filter) is told in one digest at the next check.
  catch_up boolean not null default false,
  -- Counts changes by the user: a check that was planned before a change does not record its result.
  revision integer not null default 1,
  constraint alerts_price_range check (price_min <= price_max),
  constraint alerts_searches_something check (
    search_text is not null
    or cardinality(catalog_ids) + cardinality(brand_ids) + cardinality(size_ids) + cardinality(status_ids)
      + cardinality(color_ids) + cardinality(material_ids) > 0
    or jsonb_path_exists(attribute_ids, '$.*[*]')
  ),
  constraint alerts_site_ids check (
    array_position(catalog_ids || brand_ids || size_ids || status_ids || color_ids || material_ids, null) is null
    and 0 < all (catalog_ids || brand_ids || size_ids || status_ids || color_ids || material_ids)
    and 9007199254740992 > all (catalog_ids || brand_ids || size_ids || status_ids || color_ids || material_ids)
    and not jsonb_path_exists(attribute_ids, 'strict $.* ? (@.type() != "array" || @.size() > 200)')
    and not jsonb_path_exists(attribute_ids,
      'strict $.*[*] ? (@.type() != "number" || @ < 1 || @ != @.floor() || @ > 9007199254740991)')
    and not jsonb_path_exists(attribute_ids, 'strict $.keyvalue() ? (!(@.key like_regex "^[a-z][a-z0-9_]{0,63}$"))')
  ),
  constraint alerts_words check (
    array_position(brands || sizes || required_words || excluded_words || blocked_sellers, null) is null
    -- Every word on a line of its own: none is blank.
    and E'.\n' || array_to_string(brands || sizes || required_words || excluded_words || blocked_sellers, E'\n') || E'\n.'
      !~ '\n\s*\n' or cardinality(brands || sizes || required_words || excluded_words || blocked_sellers) = 0
  )
);

-- One canonical search, polled once for all alerts that share it. `key` is the hash of `canonical`.
create table public.searches (
  key text primary key,
  canonical text not null,
  market text not null,
  -- Organic rows of the last good page; null before the first one.
  last_page_size integer,
  last_good_at timestamptz
);

-- Every organic row a search has shown, before filters.
create table public.seen_items (
  search_key text not null references public.searches (key) on delete cascade,
  item_id bigint not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (search_key, item_id)
);

-- Every listing that passed an alert's filters; finds (told to the user) keep the listing itself.
create table public.alert_matches (
  alert_id uuid not null references public.alerts (id) on delete cascade,
  item_id bigint not null,
  price numeric(12, 2) not null,
  is_find boolean not null,
  listing jsonb,
  found_at timestamptz not null default now(),
  primary key (alert_id, item_id)
);
create index alert_matches_finds on public.alert_matches (found_at desc) where is_find;

-- ── Fleet ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Written by main: health and counters of each worker.
create table public.worker_status (
  worker_id text primary key,
  name text not null,
  region text not null,
  url text not null,
  egress text not null,
  is_configured boolean not null default true,
  is_healthy boolean not null default false,
  failed_checks integer not null default 0,
  last_health_check_at timestamptz,
  last_error text,
  request_count integer not null default 0,
  success_count integer not null default 0,
  error_count integer not null default 0,
  is_draining boolean not null default false
);

-- Written by the worker, with the verdict that changes it: pace and ban of one address the site sees.
create table public.egress_status (
  egress text primary key,
  next_allowed_at timestamptz not null default now(),
  -- Multiplies the configured gap: doubled by a 429, won back by good answers, never below 1.
  slow_factor numeric(6, 3) not null default 1 check (slow_factor >= 1),
  resting_until timestamptz,
  last_good_at timestamptz,
  banned_until timestamptz,
  ban_reason text,
  ban_count integer not null default 0,
  ban_announced boolean not null default true
);

-- One row: what the whole fleet remembers.
create table public.fleet_state (
  id boolean primary key default true check (id),
  round_robin_cursor text
);
insert into public.fleet_state default values;

create table public.leases (
  name text primary key,
  holder text not null,
  token bigint not null default 1,
  expires_at timestamptz not null
);

-- ── Runs ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
create table public.alert_runs (
  id uuid primary key,
  status text not null check (status in ('running', 'done', 'partial', 'failed', 'skipped')),
  trigger text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  summary jsonb,
  -- The cycle lease's token: only its holder may write this run.
  fence bigint not null
);
create index alert_runs_started on public.alert_runs (started_at desc);

-- Which run a caller's Idempotency-Key led to.
create table public.run_keys (
  key text primary key check (length(key) between 1 and 200),
  run_id uuid not null references public.alert_runs (id) on delete cascade
);

-- One search of one run: the unit that is given to a worker. Its attempt is the fence of take_slot and record_check.
create table public.run_items (
  run_id uuid not null references public.alert_runs (id) on delete cascade,
  search_key text not null,
  worker_id text not null,
  attempt integer not null,
  state text not null default 'planned' check (state in ('planned', 'recorded')),
  verdict text,
  requests integer not null default 0,
  result jsonb,
  primary key (run_id, search_key)
);

-- One alert of one run.
create table public.run_alerts (
  run_id uuid not null references public.alert_runs (id) on delete cascade,
  alert_id uuid not null,
  search_key text not null,
  revision integer not null,
  verdict text,
  error text,
  worker_id text,
  items_checked integer not null default 0,
  -- Rows that each filter dropped, by reason.
  dropped jsonb not null default '{}',
  matches integer not null default 0,
  new_matches integer not null default 0,
  ms integer,
  checked_at timestamptz,
  primary key (run_id, alert_id)
);

-- ── Sessions ───────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Names and times are readable, the jar is sealed (AES-256-GCM in the application).
create table public.scraping_cookies (
  id uuid primary key default gen_random_uuid(),
  market text not null,
  -- Null: an imported session that any worker may use while it has none of its own.
  worker text,
  user_agent text not null,
  cookie_names text[] not null,
  sealed_jar text not null,
  source text not null check (source in ('http', 'browser', 'import')),
  created_at timestamptz not null default now(),
  renew_at timestamptz not null,
  expires_at timestamptz not null,
  use_count integer not null default 0,
  last_used_at timestamptz,
  last_verdict text,
  unique nulls not distinct (market, worker)
);

-- ── Outbox ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- item_id is 0 for messages about an alert as a whole (baseline, digest).
create table public.outbox (
  id uuid primary key default gen_random_uuid(),
  channel text not null,
  destination text not null,
  topic_id bigint,
  alert_id uuid,
  item_id bigint not null,
  event text not null,
  kind text not null check (kind in ('find', 'drop', 'baseline', 'digest', 'notice')),
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'merged', 'failed', 'cancelled')),
  attempts integer not null default 0,
  possible_repeats integer not null default 0,
  not_before timestamptz not null default now(),
  claim_id uuid,
  last_error text,
  created_at timestamptz not null default now(),
  -- The order within one transaction, whose rows share their created_at.
  number bigint generated always as identity,
  settled_at timestamptz,
  unique nulls not distinct (channel, destination, alert_id, item_id, event)
);
create index outbox_waiting on public.outbox (channel, destination, created_at, number) where state = 'waiting';
create index outbox_oldest on public.outbox (channel, created_at, number) where state = 'waiting';
create index outbox_sending on public.outbox (claim_id) where state = 'sending';
create index outbox_item on public.outbox (channel, destination, item_id, event);
create index outbox_newest on public.outbox (created_at desc);
create index outbox_alert on public.outbox (alert_id) where state = 'waiting';

create table public.outbox_destinations (
  channel text not null,
  destination text not null,
  next_send_at timestamptz not null default now(),
  claim_id uuid,
  locked_until timestamptz,
  disabled_reason text,
  -- Where a chat has moved to: what is still addressed to it goes there.
  migrated_to text,
  primary key (channel, destination)
);

create table public.outbox_channels (
  channel text primary key,
  next_send_at timestamptz not null default now()
);
insert into public.outbox_channels (channel) values ('telegram'), ('console');

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
