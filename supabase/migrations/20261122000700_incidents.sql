-- What goes wrong and what is known of it: evidence of refusals, markets that rest on a worker, incidents with a word for each.

-- One per distinct refusal and day, kept 24 h. Headers and body are scrubbed of secrets by the worker.
create table public.evidence (
  id uuid primary key default gen_random_uuid(),
  worker_id text not null,
  market text not null,
  verdict text not null,
  http_status integer not null,
  headers jsonb not null,
  body text not null check (length(body) <= 65536),
  -- JPEG in base64, of a page that only a person can pass.
  screenshot text check (length(screenshot) <= 2000000),
  fingerprint text not null,
  day date not null default (clock_timestamp() at time zone 'utc')::date,
  created_at timestamptz not null default now(),
  unique (worker_id, market, verdict, http_status, fingerprint, day)
);

-- A CAPTCHA: this market rests on this worker, everything else goes on.
create table public.market_rests (
  worker_id text not null,
  market text not null,
  until timestamptz not null,
  primary key (worker_id, market)
);

-- One open row per (kind, subject). The owner is told once when it opens and once when it closes.
create table public.incidents (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  subject text not null,
  detail text not null,
  evidence_id uuid references public.evidence (id) on delete set null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  is_opening_told boolean not null default false,
  is_closing_told boolean not null default false
);
create unique index incidents_open on public.incidents (kind, subject) where closed_at is null;

-- What the newest page of a market showed at the last probe: a page that never moves is frozen.
create table public.market_probes (
  market text primary key,
  newest_ids bigint[] not null,
  moved_at timestamptz not null default now(),
  probed_at timestamptz not null default now()
);

create function public.save_evidence(evidence jsonb) returns uuid
language plpgsql security invoker set search_path = '' as $$
declare
  result uuid;
begin
  insert into public.evidence as e (worker_id, market, verdict, http_status, headers, body, screenshot, fingerprint)
  values (evidence ->> 'workerId', evidence ->> 'market', evidence ->> 'verdict', (evidence ->> 'httpStatus')::integer,
    evidence -> 'headers', evidence ->> 'body', evidence ->> 'screenshot', evidence ->> 'fingerprint')
  on conflict (worker_id, market, verdict, http_status, fingerprint, day) do update
    set screenshot = coalesce(excluded.screenshot, e.screenshot)
  returning e.id into result;
  return result;
end
$$;

-- Without bodies and screenshots: those are read one by one.
create function public.list_evidence(most integer) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'workerId', e.worker_id, 'market', e.market,
    'verdict', e.verdict, 'httpStatus', e.http_status, 'createdAt', e.created_at) order by e.created_at desc), '[]')
  from (select * from public.evidence order by created_at desc limit list_evidence.most) e
$$;

create function public.get_evidence(id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('id', e.id, 'workerId', e.worker_id, 'market', e.market, 'verdict', e.verdict,
    'httpStatus', e.http_status, 'createdAt', e.created_at, 'headers', e.headers, 'body', e.body,
    'screenshot', e.screenshot)
  from public.evidence e where e.id = get_evidence.id
$$;

-- Evidence is kept for a day: enough to look at, too short to collect.
create function public.purge_evidence() returns void
language sql security invoker set search_path = '' as $$
  delete from public.evidence e where e.created_at < clock_timestamp() - interval '24 hours'
$$;

create function public.rest_market(worker_id text, market text, ms integer) returns void
language sql security invoker set search_path = '' as $$
  insert into public.market_rests as r (worker_id, market, until)
  values (rest_market.worker_id, rest_market.market, clock_timestamp() + rest_market.ms * interval '1 millisecond')
  on conflict on constraint market_rests_pkey do update set until = excluded.until
$$;

-- Markets that rest now, per worker.
create function public.list_market_rests() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('workerId', r.worker_id, 'market', r.market, 'until', r.until)
    order by r.worker_id, r.market), '[]')
  from public.market_rests r where r.until > clock_timestamp()
$$;

-- Opens an incident, or refreshes the words of the one that is open. True when it is a new one.
create function public.open_incident(kind text, subject text, detail text, evidence_id uuid default null) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  update public.incidents i
  set detail = open_incident.detail, evidence_id = coalesce(open_incident.evidence_id, i.evidence_id)
  where i.kind = open_incident.kind and i.subject = open_incident.subject and i.closed_at is null;
  if found then
    return false;
  end if;
  insert into public.incidents (kind, subject, detail, evidence_id)
  values (open_incident.kind, open_incident.subject, open_incident.detail, open_incident.evidence_id)
  on conflict do nothing;
  return found;
end
$$;

create function public.close_incident(kind text, subject text) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  update public.incidents i set closed_at = clock_timestamp()
  where i.kind = close_incident.kind and i.subject = close_incident.subject and i.closed_at is null;
  return found;
end
$$;

-- Open ones first, then those of the last day.
create function public.list_incidents() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'kind', i.kind, 'subject', i.subject, 'detail', i.detail,
    'evidenceId', i.evidence_id, 'since', i.opened_at, 'until', i.closed_at)
    order by i.closed_at is not null, i.opened_at desc), '[]')
  from public.incidents i
  where i.closed_at is null or i.closed_at > clock_timestamp() - interval '1 day'
$$;

-- Puts what the owner has not been told into the outbox, once each.
create function public.tell_incidents(channel text, destination text, language text) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  i public.incidents;
begin
  for i in
    select * from public.incidents x
    where not x.is_opening_told or (x.closed_at is not null and not x.is_closing_told)
    order by x.opened_at for update skip locked
  loop
    perform public.enqueue(array[(
      tell_incidents.channel, tell_incidents.destination, null, null, 0,
      'incident:' || i.id || case when i.closed_at is null then ':open' else ':closed' end, 'notice',
      jsonb_build_object('incident', i.kind, 'subject', i.subject, 'detail', i.detail, 'isClosed', i.closed_at is not null,
        'evidenceId', i.evidence_id, 'language', tell_incidents.language)
    )::public.new_message]);
    update public.incidents x set is_opening_told = true, is_closing_told = i.closed_at is not null where x.id = i.id;
  end loop;
end
$$;

-- The newest ids a probe saw; answers since when the page has not moved (now, when it did).
create function public.record_probe(market text, newest_ids bigint[]) returns timestamptz
language sql security invoker set search_path = '' as $$
  insert into public.market_probes as p (market, newest_ids)
  values (record_probe.market, record_probe.newest_ids)
  on conflict on constraint market_probes_pkey do update set
    moved_at = case when p.newest_ids = excluded.newest_ids then p.moved_at else clock_timestamp() end,
    newest_ids = excluded.newest_ids,
    probed_at = clock_timestamp()
  returning p.moved_at
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
