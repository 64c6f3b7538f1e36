-- The bot: what people write to it, each update once and in the order of its chat; drafts of alerts; answers.

-- What Telegram told us. It is stored before it is confirmed, and handled from here: a crash loses nothing, and a slow answer
-- keeps no other chat waiting.
create table public.bot_updates (
  update_id bigint primary key,
  chat_id text not null,
  -- Null once it was handled: nobody's words are kept longer. The id stays, so that a replay is known.
  content jsonb,
  received_at timestamptz not null default clock_timestamp(),
  attempts integer not null default 0,
  -- A claim, or the pause before the next try.
  locked_until timestamptz,
  handled_at timestamptz
);
create index bot_updates_open on public.bot_updates (chat_id, update_id) where handled_at is null;
create index bot_updates_received on public.bot_updates (received_at);

-- The alert that a chat (or a topic of it) is about to save. `version` is the update that wrote it last: an older preview's
-- buttons do nothing.
create table public.bot_drafts (
  id uuid primary key,
  chat_id text not null,
  topic_id bigint,
  version bigint not null,
  input jsonb not null,
  state text not null default 'shown' check (state in ('shown', 'editing', 'saved', 'cancelled')),
  -- The update that brought it into this state: the same one again means the same.
  marked_by bigint,
  written_at timestamptz not null default clock_timestamp(),
  unique nulls not distinct (chat_id, topic_id)
);

-- False when it is known. What is older than two days is forgotten: Telegram repeats nothing for longer than one.
create function public.store_update(update_id bigint, chat_id text, content jsonb) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.bot_updates u where u.received_at < clock_timestamp() - interval '2 days';
  insert into public.bot_updates (update_id, chat_id, content)
  values (store_update.update_id, store_update.chat_id, store_update.content)
  on conflict do nothing;
  return found;
end
$$;

-- The oldest update of a chat in which nothing else is being handled; null when there is none. A claim that ran out is given
-- again, with the next attempt's number.
create function public.claim_update(lease_ms integer) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  now timestamptz;
  mine public.bot_updates;
begin
  if not exists (select 1 from public.bot_updates u where u.handled_at is null) then
    return null;
  end if;
  -- One claim at a time: two of them must not take two updates of one chat.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('bot_updates'));
  now := clock_timestamp();
  -- Whatever fails whoever handles it is let go, or its chat would never be heard again.
  update public.bot_updates u set handled_at = now, content = null
  where u.handled_at is null and u.attempts >= 10 and u.locked_until <= now;
  select * into mine from public.bot_updates u
  where u.handled_at is null and coalesce(u.locked_until, now) <= now and not exists (
    select 1 from public.bot_updates other
    where other.chat_id = u.chat_id and other.handled_at is null and other.update_id <> u.update_id
      and (other.update_id < u.update_id or other.locked_until > now)
  )
  order by u.update_id limit 1;
  if not found then
    return null;
  end if;
  update public.bot_updates u
  set attempts = u.attempts + 1, locked_until = now + claim_update.lease_ms * interval '1 millisecond'
  where u.update_id = mine.update_id;
  return jsonb_build_object('updateId', mine.update_id, 'attempt', mine.attempts + 1, 'receivedAt', mine.received_at,
    'content', mine.content);
end
$$;

-- `retry_ms` null: it is handled. Otherwise it is tried again after that long. False for a claim that ran out.
create function public.settle_update(update_id bigint, attempt integer, retry_ms integer) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  update public.bot_updates u set
    handled_at = case when settle_update.retry_ms is null then clock_timestamp() end,
    content = case when settle_update.retry_ms is not null then u.content end,
    locked_until = clock_timestamp() + settle_update.retry_ms * interval '1 millisecond'
  where u.update_id = settle_update.update_id and u.attempts = settle_update.attempt and u.handled_at is null;
  return found;
end
$$;

-- A main that begins to lead takes over what another one was handling: that one leads no more, and doing it twice shows once.
create function public.release_updates() returns void
language sql security invoker set search_path = '' as $$
  update public.bot_updates u set locked_until = null where u.handled_at is null and u.locked_until is not null
$$;

-- One word to a chat (a topic of it) or another way out, once per `event`, ever. `payload` is a notice. Answers the message's
-- id: a place that is closed takes none, and the message says why; a group that moved is followed.
create function public.tell_chat(channel text, chat_id text, topic_id bigint, event text, payload jsonb) returns uuid
language plpgsql security invoker set search_path = '' as $$
begin
  perform public.enqueue(array[(
    tell_chat.channel, tell_chat.chat_id, tell_chat.topic_id, null, 0, tell_chat.event, 'notice', tell_chat.payload
  )::public.new_message]);
  return (
    select o.id from public.outbox_destinations d
    join public.outbox o on o.channel = d.channel and o.destination = coalesce(d.migrated_to, d.destination)
      and o.alert_id is null and o.item_id = 0 and o.event = tell_chat.event
    where d.channel = tell_chat.channel and d.destination = tell_chat.chat_id
  );
end
$$;

-- A stranger's chat is told once an hour at most that it may not command here. True when it is told now.
create function public.tell_stranger(channel text, chat_id text, topic_id bigint, update_id bigint, payload jsonb) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  if exists (
    select 1 from public.outbox o
    where o.channel = tell_stranger.channel and o.destination = tell_stranger.chat_id and o.item_id = 0
      and o.event like 'refusal:%' and o.created_at > clock_timestamp() - interval '1 hour'
  ) then
    return false;
  end if;
  perform public.tell_chat(tell_stranger.channel, tell_stranger.chat_id, tell_stranger.topic_id,
    'refusal:' || tell_stranger.update_id, tell_stranger.payload);
  return true;
end
$$;

create function public.draft_json(draft public.bot_drafts) returns jsonb
language sql immutable security invoker set search_path = '' as $$
  select jsonb_build_object('id', draft.id, 'version', draft.version, 'input', draft.input, 'state', draft.state,
    'markedBy', draft.marked_by)
$$;

-- Replaces what this place was about to save. A replay of an older update changes nothing. Answers the draft that is there.
create function public.put_draft(id uuid, chat_id text, topic_id bigint, version bigint, input jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.bot_drafts d where d.written_at < clock_timestamp() - interval '1 day' or (
    d.chat_id = put_draft.chat_id and d.topic_id is not distinct from put_draft.topic_id and d.version < put_draft.version);
  insert into public.bot_drafts (id, chat_id, topic_id, version, input)
  values (put_draft.id, put_draft.chat_id, put_draft.topic_id, put_draft.version, put_draft.input)
  on conflict do nothing;
  return public.get_draft(put_draft.chat_id, put_draft.topic_id);
end
$$;

-- Null when there is none of the last 24 hours.
create function public.get_draft(chat_id text, topic_id bigint) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.draft_json(d) from public.bot_drafts d
  where d.chat_id = get_draft.chat_id and d.topic_id is not distinct from get_draft.topic_id
    and d.written_at > clock_timestamp() - interval '1 day'
$$;

create function public.mark_draft(id uuid, state text, update_id bigint) returns void
language sql security invoker set search_path = '' as $$
  update public.bot_drafts d set state = mark_draft.state, marked_by = mark_draft.update_id where d.id = mark_draft.id
$$;

-- The find behind a message's buttons, with every alert of that chat that it was told for. Null when it is forgotten.
create function public.read_find(id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('listing', o.payload -> 'listing', 'alertIds', (
    select coalesce(jsonb_agg(distinct a.id), '[]')
    from public.outbox twin join public.alerts a on a.id = twin.alert_id
    where twin.channel = o.channel and twin.destination = o.destination and twin.item_id = o.item_id
      and twin.event = o.event and twin.topic_id is not distinct from o.topic_id
  ))
  from public.outbox o where o.id = read_find.id and o.payload ? 'listing'
$$;

-- Absolute, so that it may be said again. Answers the alerts for which it is so now; a full list (200) takes nobody more.
create function public.set_seller_muted(alert_ids uuid[], seller text, is_muted boolean) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  perform 1 from public.alerts a where a.id = any (alert_ids) order by a.id for update;
  update public.alerts a set blocked_sellers = case
    when is_muted then a.blocked_sellers || set_seller_muted.seller
    else array_remove(a.blocked_sellers, set_seller_muted.seller) end
  where a.id = any (alert_ids) and (set_seller_muted.seller = any (a.blocked_sellers)) <> is_muted
    and (not is_muted or cardinality(a.blocked_sellers) < 200);
  return (
    select coalesce(jsonb_agg(public.alert_json(a) order by a.created_at, a.id), '[]') from public.alerts a
    where a.id = any (alert_ids) and (set_seller_muted.seller = any (a.blocked_sellers)) = is_muted
  );
end
$$;

-- {alerts, watching, finds (of 24 hours), lastCheckedAt} of one person's alerts.
create function public.read_person_numbers(person_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  with mine as (
    select a.* from public.alerts a
    where a.person_id = read_person_numbers.person_id or (a.person_id is null
      and read_person_numbers.person_id = (select p.id from public.people p where p.role = 'owner'))
  )
  select jsonb_build_object(
    'alerts', (select count(*) from mine),
    'watching', (
      select count(*) from mine m
      where m.is_active and coalesce(m.paused_until, clock_timestamp()) <= clock_timestamp()
        and (m.parked_reason is null or m.parked_until <= clock_timestamp())),
    'lastCheckedAt', (select max(m.last_checked_at) from mine m),
    'finds', (
      select count(*) from public.alert_matches f join mine m on m.id = f.alert_id
      where f.is_find and f.found_at > clock_timestamp() - interval '1 day'))
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
