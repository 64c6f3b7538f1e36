-- A word for every silence: incidents follow from the state of the fleet, and the owner's chat is told of each once when it
-- opens and once when it closes, by main or, when main is gone, by a region.

alter table public.incidents add column expected_until timestamptz;

alter table public.fleet_state
  -- The owner's chat: from TELEGRAM_CHAT_ID, or bound by `/start <code>`.
  add column owner_chat text;

-- Main's configuration wins over an earlier binding; null keeps what is known.
create function public.set_owner_chat(chat_id text) returns void
language sql security invoker set search_path = '' as $$
  update public.fleet_state f set owner_chat = set_owner_chat.chat_id where set_owner_chat.chat_id is not null
$$;

create function public.get_owner_chat() returns text
language sql stable security invoker set search_path = '' as $$
  -- A group that moved is followed.
  select coalesce(d.migrated_to, f.owner_chat)
  from public.fleet_state f
  left join public.outbox_destinations d on d.channel = 'telegram' and d.destination = f.owner_chat
$$;

-- One word to the owner, once per `event`, ever; the console hears it where no chat is known. `payload` is a notice.
create function public.tell_owner(channel text, event text, payload jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  chat text := case when tell_owner.channel <> 'console' then public.get_owner_chat() end;
begin
  perform public.enqueue(array[(
    case when chat is null then 'console' else tell_owner.channel end, coalesce(chat, 'console'), null, null, 0,
    tell_owner.event, 'notice', tell_owner.payload
  )::public.new_message]);
end
$$;

-- Makes the open incidents of these kinds exactly the given ones: [{kind, subject, detail, until}].
create function public.sync_incidents(kinds text[], incidents jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  update public.incidents i set closed_at = clock_timestamp()
  where i.closed_at is null and i.kind = any (sync_incidents.kinds) and not exists (
    select 1 from jsonb_array_elements(sync_incidents.incidents) x
    where x ->> 'kind' = i.kind and x ->> 'subject' = i.subject
  );
  insert into public.incidents as i (kind, subject, detail, expected_until)
  select distinct on (x ->> 'kind', x ->> 'subject')
    x ->> 'kind', x ->> 'subject', x ->> 'detail', (x ->> 'until')::timestamptz
  from jsonb_array_elements(sync_incidents.incidents) x
  on conflict (kind, subject) where closed_at is null do update
    set detail = excluded.detail, expected_until = excluded.expected_until
    where (i.detail, i.expected_until) is distinct from (excluded.detail, excluded.expected_until);
  -- What was met in a market that nobody watches any more, or on a worker that is gone, is over.
  update public.incidents i set closed_at = clock_timestamp()
  where i.closed_at is null and (
    (i.kind in ('protocol-changed', 'wrong-market', 'no-session', 'upstream-error', 'frozen') and not exists (
      select 1 from public.alerts a where a.is_active and a.market = split_part(i.subject, ',', 1)))
    or (i.kind = 'captcha' and not exists (
      select 1 from public.alerts a where a.is_active and a.market = split_part(i.subject, ' on ', 1)))
    or (i.kind in ('captcha', 'browser-missing') and not exists (
      select 1 from public.worker_status w
      where w.is_configured and w.worker_id = coalesce(nullif(split_part(i.subject, ' on ', 2), ''), i.subject)))
  );
end
$$;

-- Open ones first, then those of the last day. `until` is when it ended, or is expected to end.
create or replace function public.list_incidents() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'kind', i.kind, 'subject', i.subject, 'detail', i.detail,
    'evidenceId', i.evidence_id, 'since', i.opened_at, 'isOpen', i.closed_at is null,
    'until', coalesce(i.closed_at, i.expected_until))
    order by i.closed_at is not null, i.opened_at desc), '[]')
  from public.incidents i
  where i.closed_at is null or i.closed_at > clock_timestamp() - interval '1 day'
$$;

drop function public.tell_incidents(text, text, text);

-- Puts what the owner has not been told into the outbox, once each. What opened and closed meanwhile is one message.
create function public.tell_incidents(channel text, language text) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  i public.incidents;
begin
  for i in
    select * from public.incidents x
    where not x.is_opening_told or (x.closed_at is not null and not x.is_closing_told)
    order by x.opened_at for update skip locked
  loop
    perform public.tell_owner(tell_incidents.channel,
      'incident:' || i.id || case when i.closed_at is null then ':open' else ':closed' end,
      jsonb_build_object('incident', i.kind, 'subject', i.subject, 'detail', i.detail, 'isClosed', i.closed_at is not null,
        'until', i.expected_until, 'evidenceId', i.evidence_id, 'language', tell_incidents.language));
    update public.incidents x set is_opening_told = true, is_closing_told = i.closed_at is not null where x.id = i.id;
  end loop;
end
$$;

-- Asked by a region that has seen no health check for as long. Main writes a health row for each check: when none of them is
-- younger, main is gone and not only out of this region's sight. True when that is so.
create function public.report_silent_main(silent_ms integer, detail text) returns boolean
language plpgsql security invoker set search_path = '' as $$
declare
  last_sign timestamptz;
begin
  select max(w.last_health_check_at) into last_sign from public.worker_status w where w.is_configured;
  if last_sign is null or last_sign > clock_timestamp() - report_silent_main.silent_ms * interval '1 millisecond' then
    return false;
  end if;
  -- A main that leads lives, however seldom it is told to look.
  if exists (select 1 from public.leases l where l.name = 'leader' and l.expires_at > clock_timestamp()) then
    return false;
  end if;
  perform public.open_incident('main-down', 'main', report_silent_main.detail);
  return true;
end
$$;

-- The line of the day: what was done in the 24 hours before, once per day, from `at` (HH:MM, UTC) on.
create function public.tell_daily(channel text, at text, language text) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  now timestamp := clock_timestamp() at time zone 'utc';
  day text := to_char(now, 'YYYY-MM-DD');
begin
  if now::time < tell_daily.at::time
    or exists (
      select 1 from public.outbox o
      where o.created_at > clock_timestamp() - interval '2 days' and o.kind = 'notice' and o.event = 'daily:' || day
    ) then
    return;
  end if;
  perform public.tell_owner(tell_daily.channel, 'daily:' || day, jsonb_build_object(
    'daily', jsonb_build_object(
      'checks', (
        select count(*) from public.alert_runs run join public.run_alerts r on r.run_id = run.id
        where run.started_at > clock_timestamp() - interval '1 day' and r.verdict = 'ok'),
      'finds', (select count(*) from public.alert_matches m where m.is_find and m.found_at > clock_timestamp() - interval '1 day')),
    'language', tell_daily.language));
end
$$;

-- What main's rules need to know beyond the fleet itself: letters that died in the last day, chats that take nothing,
-- channels that cannot be reached, alerts that wait for the user or for a ban.
create function public.read_troubles() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'deadLetters', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'destination', f.destination, 'count', f.count,
        'error', f.error) order by f.channel, f.destination), '[]')
      from (
        select o.channel, o.destination, count(*) as count,
          (array_agg(o.last_error order by o.settled_at desc))[1] as error
        from public.outbox o
        join public.outbox_destinations d on d.channel = o.channel and d.destination = o.destination
        where o.state = 'failed' and d.disabled_reason is null and o.settled_at > clock_timestamp() - interval '1 day'
        group by o.channel, o.destination
      ) f
    ),
    'disabledChats', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', d.channel, 'destination', d.destination,
        'reason', d.disabled_reason) order by d.channel, d.destination), '[]')
      from public.outbox_destinations d where d.disabled_reason is not null and d.migrated_to is null
    ),
    'deadChannels', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'failures', c.failures, 'error', c.last_error,
        'since', c.failing_since) order by c.channel), '[]')
      from public.outbox_channels c where c.failures > 0
    ),
    'parkedAlerts', (
      -- A search parks all of its alerts at once, for one reason.
      select coalesce(jsonb_agg(jsonb_build_object('names', p.names[1:3], 'count', cardinality(p.names), 'reason', p.reason,
        'until', p.until) order by p.reason, p.until), '[]')
      from (
        select array_agg(a.name order by a.created_at, a.id) as names, a.parked_reason as reason, a.parked_until as until
        from public.alerts a
        where a.is_active and a.parked_reason is not null and coalesce(a.parked_until > clock_timestamp(), true)
        group by a.parked_reason, a.parked_until
      ) p
    )
  )
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
