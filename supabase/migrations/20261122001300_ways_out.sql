-- More ways out: webhooks and feeds beside the chat, quiet hours, and a cap of messages per hour.

-- A Discord channel or a program. Its address is a secret (who has it may write there): sealed in the application, like a
-- session. `host` is what may be shown.
create table public.webhooks (
  id uuid primary key,
  -- Null: the owner's.
  person_id uuid references public.people (id) on delete cascade,
  kind text not null check (kind in ('discord', 'standard')),
  name text not null check (length(name) between 1 and 100 and name ~ '\S'),
  host text not null check (length(host) between 1 and 300),
  sealed_url text not null,
  -- What a program checks our signature with.
  sealed_secret text,
  created_at timestamptz not null default clock_timestamp(),
  constraint webhooks_secret check ((kind = 'standard') = (sealed_secret is not null))
);
create index webhooks_person on public.webhooks (person_id) where person_id is not null;

insert into public.outbox_channels (channel) values ('discord'), ('webhook');

-- The address of an alert's feed. Kept as it is: it must be shown again, and whoever can read this table can read the finds
-- themselves.
create table public.alert_feeds (
  alert_id uuid primary key references public.alerts (id) on delete cascade,
  key text not null unique check (length(key) between 43 and 100),
  created_at timestamptz not null default clock_timestamp()
);
create index alert_matches_feed on public.alert_matches (alert_id, found_at desc, item_id desc) where is_find;

-- For the cap: what an alert has sent in the last hour, and which alerts have one.
create index outbox_sent on public.outbox (alert_id, settled_at) where state = 'sent' and alert_id is not null;
create index alerts_capped on public.alerts (id) where max_messages_per_hour is not null;

-- ── Webhooks ───────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Which sender it belongs to. Its destination is its id, never its address.
create function public.webhook_channel(kind text) returns text
language sql immutable security invoker set search_path = '' as $$
  select case webhook_channel.kind when 'discord' then 'discord' else 'webhook' end
$$;

-- Without anything secret; `disabledReason` is why nothing is sent there any more.
create function public.webhook_json(webhook public.webhooks) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('id', webhook.id, 'personId', webhook.person_id, 'kind', webhook.kind, 'name', webhook.name,
    'host', webhook.host, 'createdAt', webhook.created_at,
    'alerts', (select count(*) from public.alerts a where webhook.id = any (a.webhook_ids)),
    'disabledReason', (select d.disabled_reason from public.outbox_destinations d
      where d.channel = public.webhook_channel(webhook.kind) and d.destination = webhook.id::text))
$$;

-- Idempotent by the caller's id. `webhook` is {id, personId?, kind, name, host, sealedUrl, sealedSecret?}.
create function public.create_webhook(webhook jsonb) returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.webhooks (id, person_id, kind, name, host, sealed_url, sealed_secret)
  values ((webhook ->> 'id')::uuid, (webhook ->> 'personId')::uuid, webhook ->> 'kind', webhook ->> 'name',
    webhook ->> 'host', webhook ->> 'sealedUrl', webhook ->> 'sealedSecret')
  on conflict do nothing;
  return (select public.webhook_json(w) from public.webhooks w where w.id = (webhook ->> 'id')::uuid);
end
$$;

-- Those of one person (the owner's are those of nobody else); null lists all.
create function public.list_webhooks(person_id uuid default null) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(public.webhook_json(w) order by w.created_at, w.id), '[]') from public.webhooks w
  where list_webhooks.person_id is null or w.person_id = list_webhooks.person_id
    or (w.person_id is null and list_webhooks.person_id = (select p.id from public.people p where p.role = 'owner'))
$$;

-- What a sender needs; null when it was removed.
create function public.read_webhook(id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('kind', w.kind, 'sealedUrl', w.sealed_url, 'sealedSecret', w.sealed_secret)
  from public.webhooks w where w.id = read_webhook.id
$$;

create function public.delete_webhook(id uuid) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.webhooks w where w.id = delete_webhook.id;
  return found;
end
$$;

-- In a trigger, so that it holds when a person goes with their webhooks: alerts lose it, and what waits for it is not sent.
create function public.webhook_deleted() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  update public.alerts a set webhook_ids = array_remove(a.webhook_ids, old.id) where old.id = any (a.webhook_ids);
  update public.outbox o set state = 'cancelled', settled_at = clock_timestamp()
  where o.channel = public.webhook_channel(old.kind) and o.destination = old.id::text and o.state = 'waiting';
  return null;
end
$$;
create trigger webhook_deleted after delete on public.webhooks for each row execute function public.webhook_deleted();

-- ── Into the outbox ────────────────────────────────────────────────────────────────────────────────────────────────────

-- The messages, each followed by itself to every webhook of its alert: the one place where a message gets more ways out.
create function public.with_webhooks(messages public.new_message[]) returns public.new_message[]
language plpgsql stable security invoker set search_path = '' as $$
begin
  if not exists (select 1 from public.webhooks) then
    return with_webhooks.messages;
  end if;
  return array(
    select ways.message
    from unnest(with_webhooks.messages) with ordinality
      as m (channel, destination, topic_id, alert_id, item_id, event, kind, payload, place),
    lateral (
      select 0 as place,
        (m.channel, m.destination, m.topic_id, m.alert_id, m.item_id, m.event, m.kind, m.payload)::public.new_message as message
      union all
      select w.place, (public.webhook_channel(hook.kind), hook.id::text, null, m.alert_id, m.item_id, m.event, m.kind,
        m.payload)::public.new_message
      from public.alerts a, unnest(a.webhook_ids) with ordinality as w (id, place), public.webhooks hook
      where a.id = m.alert_id and hook.id = w.id
    ) ways
    order by m.place, ways.place
  );
end
$$;

-- Queues one message per (channel, destination, alert, item, event), ever, in the order given, to the alert's chat and to each
-- of its webhooks. A find whose listing was told to this destination for another alert is `merged` into that message instead
-- of being told again; while that message is still on its way the find waits, and `settle_message` merges it once it has
-- arrived. A destination that does not take messages any more gets none: they stand as failed, with its own words, and wait
-- for `retry_outbox`.
create or replace function public.enqueue(messages public.new_message[]) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  every_way public.new_message[] := public.with_webhooks(enqueue.messages);
begin
  insert into public.outbox_destinations (channel, destination)
  select distinct m.channel, m.destination from unnest(every_way) m order by 1, 2
  on conflict do nothing;
  -- A message that is being settled is sent or not, never in between.
  perform 1 from public.outbox_destinations d
  where (d.channel, d.destination) in (select m.channel, m.destination from unnest(every_way) m where m.item_id <> 0)
  order by d.channel, d.destination for share;
  insert into public.outbox
    (channel, destination, topic_id, alert_id, item_id, event, kind, payload, state, settled_at, last_error)
  select m.channel, home.destination, m.topic_id, m.alert_id, m.item_id, m.event, m.kind, m.payload,
    case when home.disabled_reason is not null then 'failed' when told.already then 'merged' else 'waiting' end,
    case when told.already or home.disabled_reason is not null then clock_timestamp() end,
    home.disabled_reason
  from unnest(every_way) with ordinality
    as m (channel, destination, topic_id, alert_id, item_id, event, kind, payload, place)
  join public.outbox_destinations d on d.channel = m.channel and d.destination = m.destination
  join public.outbox_destinations home
    on home.channel = m.channel and home.destination = coalesce(d.migrated_to, m.destination)
  left join lateral (
    select true as already from public.outbox o
    where m.item_id <> 0 and o.channel = m.channel and o.destination = home.destination
      and o.item_id = m.item_id and o.event = m.event and o.topic_id is not distinct from m.topic_id
      and o.state = 'sent'
    limit 1
  ) told on true
  order by m.place
  on conflict do nothing;
end
$$;

create function public.get_outbox(id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select public.outbox_json(o) from public.outbox o where o.id = get_outbox.id
$$;

-- ── Out of the outbox ──────────────────────────────────────────────────────────────────────────────────────────────────

-- When the person's quiet hours ended last; null while they last; -infinity for who has none.
create function public.awake_since(person public.people, moment timestamptz) returns timestamptz
language sql stable security invoker set search_path = '' as $$
  select case
    when person.quiet_from is null then '-infinity'
    when case when person.quiet_from < person.quiet_until
      then here.clock >= person.quiet_from and here.clock < person.quiet_until
      else here.clock >= person.quiet_from or here.clock < person.quiet_until end then null
    else (here.day - case when here.clock < person.quiet_until then 1 else 0 end + person.quiet_until)
      at time zone person.time_zone
    end
  from (
    select (moment at time zone person.time_zone)::time as clock, (moment at time zone person.time_zone)::date as day
  ) here
$$;

-- The chats that have quiet hours, with what `awake_since` says of them. A group that moved is the group it was.
create function public.quiet_chats(moment timestamptz) returns table (chat text, awake_since timestamptz)
language sql stable security invoker set search_path = '' as $$
  select coalesce(d.migrated_to, p.chat_id), public.awake_since(p, quiet_chats.moment)
  from public.people p
  left join public.outbox_destinations d on d.channel = 'telegram' and d.destination = p.chat_id
  where p.quiet_from is not null and p.chat_id is not null
$$;

-- How many messages about an alert a destination got within the hour. A message is one send: its rows were settled together.
create function public.sent_in_hour(channel text, destination text, alert_id uuid, moment timestamptz) returns integer
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (
    select count(distinct o.settled_at) from public.outbox o
    where o.alert_id = sent_in_hour.alert_id and o.state = 'sent' and o.settled_at > moment - interval '1 hour'
      and o.channel = sent_in_hour.channel and o.destination = sent_in_hour.destination
  );
end
$$;

-- `destination alert` of what waits for the next hour because its alert has had all its messages of this one. A cap spares
-- people: programs get everything.
create function public.spent_alerts(channel text, moment timestamptz) returns text[]
language sql stable security invoker set search_path = '' as $$
  select array(
    select waiting.destination || ' ' || waiting.alert_id
    from (
      select distinct o.destination, o.alert_id, a.max_messages_per_hour
      from public.alerts a join public.outbox o on o.alert_id = a.id
      where a.max_messages_per_hour is not null and o.state = 'waiting' and o.channel = spent_alerts.channel
        and spent_alerts.channel <> 'webhook'
    ) waiting
    where public.sent_in_hour(spent_alerts.channel, waiting.destination, waiting.alert_id, spent_alerts.moment)
      >= waiting.max_messages_per_hour
  )
$$;

-- Two alerts that match one listing are one message. In plpgsql, which plans it once: it is asked for every row that waits.
create or replace function public.message_key(o public.outbox) returns text
language plpgsql immutable security invoker set search_path = '' as $$
begin
  return case when o.item_id = 0 then o.id::text else o.item_id || ' ' || o.event end;
end
$$;

-- The waiting messages that go out as one with `first`, the oldest of its destination:
-- - an answer (of the bot, of a test) by itself;
-- - what was held by quiet hours, all of it, when it is more than one;
-- - the last message that an alert may send this hour: all that waits for it, when it is more than one;
-- - where more than `digest_above` wait: the oldest 30, which fit one message;
-- - else one find with every alert that matched it, or one note.
create function public.gather(first public.outbox, kind text, moment timestamptz, spent text[]) returns uuid[]
language plpgsql stable security invoker set search_path = '' as $$
declare
  awake_since timestamptz;
  left_in_hour integer;
begin
  if first.kind = 'notice' and first.event ~ '^(reply|test):' then
    return array[first.id];
  end if;
  if first.channel = 'telegram' and exists (select 1 from public.people p where p.quiet_from is not null) then
    select q.awake_since into awake_since from public.quiet_chats(moment) q where q.chat = first.destination;
  end if;
  if first.channel <> 'webhook' then
    select a.max_messages_per_hour - public.sent_in_hour(first.channel, first.destination, a.id, moment) into left_in_hour
    from public.alerts a where a.id = first.alert_id and a.max_messages_per_hour is not null;
  end if;
  return array(
    with together as materialized (
      select o.id, o.created_at, o.number, o.alert_id, o.item_id, o.event, public.message_key(o) as key
      from public.outbox o
      where o.channel = first.channel and o.destination = first.destination and o.state = 'waiting'
        and (gather.kind is null or o.kind = gather.kind)
        and o.topic_id is not distinct from first.topic_id and o.not_before <= moment
        -- What was sent without an answer is repeated by itself: its second silence must not fail the others.
        and o.unclear_sends = first.unclear_sends
        and not (o.kind = 'notice' and o.event ~ '^(reply|test):')
        and (o.alert_id is null or o.destination || ' ' || o.alert_id <> all (spent))
    ), reach as materialized (
      select case
        when first.created_at < awake_since and count(distinct t.key) filter (where t.created_at < awake_since) > 1 then 'night'
        when left_in_hour = 1 and count(distinct t.key) filter (where t.alert_id = first.alert_id) > 1 then 'alert'
        when count(distinct t.key) > public.digest_above() then 'crowd'
        else 'one' end as word
      from together t
    )
    select t.id from together t, reach r
    where case r.word
      when 'night' then t.created_at < awake_since
      when 'alert' then t.alert_id = first.alert_id
      when 'crowd' then true
      else t.id = first.id or (first.item_id <> 0 and t.item_id = first.item_id and t.event = first.event) end
    order by t.created_at, t.number
    limit (select case when r.word = 'crowd' then 30 else 500 end from reach r)
  );
end
$$;

-- {waitMs} when nothing may be sent yet, null when nothing waits, else the message: what `gather` makes of the oldest that may
-- go. A chat in its quiet hours hears answers only. `kind` takes only messages of that kind. `attempts` counts the send that
-- follows. Nothing may be sent before `begin_send`. Asked again with the same claim it answers the same.
create or replace function public.claim_message(
  channel text, claim_id uuid, lock_ms integer, channel_gap_ms integer, max_attempts integer, kind text default null
) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  now timestamptz;
  gate public.outbox_channels;
  asleep text[] := '{}';
  spent text[] := '{}';
  target text;
  first public.outbox;
  together uuid[];
begin
  if exists (select 1 from public.outbox_destinations d where d.claim_id = claim_message.claim_id) then
    return public.claim_json(claim_message.claim_id);
  end if;
  if claim_message.kind = 'notice' and not exists (
    select 1 from public.outbox o where o.channel = claim_message.channel and o.state = 'waiting' and o.kind = 'notice'
  ) then
    return null;
  end if;
  select * into gate from public.outbox_channels c where c.channel = claim_message.channel for update;
  now := clock_timestamp();
  if gate.next_send_at > now then
    return jsonb_build_object('waitMs', ceil(extract(epoch from gate.next_send_at - now) * 1000));
  end if;
  perform public.reclaim_lost(claim_message.channel, claim_message.max_attempts);
  -- With nothing waiting this is one look at an index, however many chats, people and caps there are.
  if not exists (select 1 from public.outbox o where o.channel = claim_message.channel and o.state = 'waiting') then
    return null;
  end if;
  -- Asked only where somebody has quiet hours or a cap: a function in SQL is planned anew at each call.
  if claim_message.channel = 'telegram' and exists (select 1 from public.people p where p.quiet_from is not null) then
    asleep := array(select q.chat from public.quiet_chats(now) q where q.awake_since is null);
  end if;
  if exists (select 1 from public.alerts a where a.max_messages_per_hour is not null) then
    spent := public.spent_alerts(claim_message.channel, now);
  end if;
  select d.destination into target from public.outbox o
  join public.outbox_destinations d on d.channel = o.channel and d.destination = o.destination
  where o.channel = claim_message.channel and o.state = 'waiting' and o.not_before <= now
    and (claim_message.kind is null or o.kind = claim_message.kind)
    and d.disabled_reason is null and d.claim_id is null and d.next_send_at <= now
    and (o.destination <> all (asleep) or (o.kind = 'notice' and o.event ~ '^(reply|test):'))
    and (o.alert_id is null or o.destination || ' ' || o.alert_id <> all (spent))
  order by o.created_at, o.number limit 1
  for update of d skip locked;
  if target is null then
    return null;
  end if;
  select * into first from public.outbox o
  where o.channel = claim_message.channel and o.destination = target and o.state = 'waiting' and o.not_before <= now
    and (claim_message.kind is null or o.kind = claim_message.kind)
    and (o.destination <> all (asleep) or (o.kind = 'notice' and o.event ~ '^(reply|test):'))
    and (o.alert_id is null or o.destination || ' ' || o.alert_id <> all (spent))
  order by o.created_at, o.number limit 1;
  if not found then
    return null;
  end if;
  together := public.gather(first, claim_message.kind, now, spent);
  update public.outbox o set claim_id = claim_message.claim_id where o.id = any (together);
  update public.outbox_destinations d
  set claim_id = claim_message.claim_id, locked_until = now + claim_message.lock_ms * interval '1 millisecond'
  where d.channel = claim_message.channel and d.destination = target;
  update public.outbox_channels c set next_send_at = now + claim_message.channel_gap_ms * interval '1 millisecond'
  where c.channel = claim_message.channel;
  return public.claim_json(claim_message.claim_id);
end
$$;

-- What a claim holds. More than one thing in it is a digest. `timeZone`: of whose chat it is; null for everybody else's.
create or replace function public.claim_json(claim_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('claimId', claim_json.claim_id, 'channel', d.channel, 'destination', d.destination,
    'topicId', min(o.topic_id), 'isDigest', count(distinct public.message_key(o)) > 1,
    'timeZone', (select p.time_zone from public.people p where d.channel = 'telegram' and p.chat_id = d.destination),
    'channelFailures', (select c.failures from public.outbox_channels c where c.channel = d.channel),
    'notifications', jsonb_agg(jsonb_build_object('id', o.id, 'alertId', o.alert_id, 'alertName', coalesce(a.name, ''),
      'language', coalesce(a.language, 'fr'), 'kind', o.kind, 'event', o.event, 'payload', o.payload,
      'attempts', o.attempts + 1, 'unclearSends', o.unclear_sends, 'createdAt', o.created_at)
      order by o.created_at, o.number))
  from public.outbox_destinations d
  join public.outbox o on o.claim_id = d.claim_id
  left join public.alerts a on a.id = o.alert_id
  where d.claim_id = claim_json.claim_id
  group by d.channel, d.destination
$$;

-- ── Feeds ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- The key of the alert's feed, the offered one where it had none; null when there is no such alert.
create function public.open_feed(alert_id uuid, key text) returns text
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.alert_feeds (alert_id, key)
  select a.id, open_feed.key from public.alerts a where a.id = open_feed.alert_id
  on conflict do nothing;
  return (select f.key from public.alert_feeds f where f.alert_id = open_feed.alert_id);
end
$$;

-- Null where the alert has none.
create function public.find_feed(alert_id uuid) returns text
language sql stable security invoker set search_path = '' as $$
  select f.key from public.alert_feeds f where f.alert_id = find_feed.alert_id
$$;

create function public.close_feed(alert_id uuid) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
  delete from public.alert_feeds f where f.alert_id = close_feed.alert_id;
  return found;
end
$$;

-- The alert's newest finds, newest first; null for a key that nobody has.
create function public.read_feed(key text, most integer) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('alertId', a.id, 'alertName', a.name, 'language', a.language, 'url', a.url,
    'createdAt', f.created_at, 'finds', (
      select coalesce(jsonb_agg(n.listing order by n.found_at desc, n.item_id desc), '[]')
      from (
        select m.listing, m.found_at, m.item_id from public.alert_matches m
        where m.alert_id = a.id and m.is_find and m.listing is not null
        order by m.found_at desc, m.item_id desc limit read_feed.most
      ) n
    ))
  from public.alert_feeds f join public.alerts a on a.id = f.alert_id
  where f.key = read_feed.key
$$;

-- ── What is wrong ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- What main's rules need to know beyond the fleet itself: letters that died in the last day, chats that take nothing,
-- channels that cannot be reached, alerts that wait for the user or for a ban. A webhook is called by its name, and one that
-- was removed is nobody's trouble.
create or replace function public.read_troubles() returns jsonb
language sql stable security invoker set search_path = '' as $$
  with home as not materialized (
    select d.channel, d.destination, d.disabled_reason, d.migrated_to, coalesce(w.name, d.destination) as name
    from public.outbox_destinations d
    left join public.webhooks w on d.channel = public.webhook_channel(w.kind) and d.destination = w.id::text
    where d.channel not in ('discord', 'webhook') or w.id is not null
  )
  select jsonb_build_object(
    'deadLetters', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', f.channel, 'destination', f.name, 'count', f.count,
        'error', f.error) order by f.channel, f.name), '[]')
      from (
        select o.channel, min(d.name) as name, count(*) as count,
          (array_agg(o.last_error order by o.settled_at desc))[1] as error
        from public.outbox o
        join home d on d.channel = o.channel and d.destination = o.destination
        where o.state = 'failed' and d.disabled_reason is null and o.settled_at > clock_timestamp() - interval '1 day'
        group by o.channel, o.destination
      ) f
    ),
    'disabledChats', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', d.channel, 'destination', d.name,
        'reason', d.disabled_reason) order by d.channel, d.name), '[]')
      from home d where d.disabled_reason is not null and d.migrated_to is null
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
