-- Delivery in full: a claim takes a destination, `begin_send` compares and sets to `sending` just before the channel is asked,
-- `settle_message` records what happened. A sender that died in between is a possible repeat only after `begin_send`.

-- Sends without a clear answer; the second one is the last.
alter table public.outbox add column unclear_sends integer not null default 0;

-- A channel that cannot be reached: how often in a row, why, and since when.
alter table public.outbox_channels
  add column failures integer not null default 0,
  add column last_error text,
  add column failing_since timestamptz;

-- The claim that was settled last: whoever lost the answer may say it again.
alter table public.outbox_destinations add column settled_claim uuid;

-- Writes of processes that had lost what they were writing to, and slots refused to them.
alter table public.fleet_state
  add column stale_writes bigint not null default 0,
  add column refused_slots bigint not null default 0;

create index outbox_destinations_claim on public.outbox_destinations (claim_id) where claim_id is not null;
create index outbox_destinations_settled on public.outbox_destinations (settled_claim) where settled_claim is not null;
drop index public.outbox_sending;
create index outbox_claimed on public.outbox (claim_id) where claim_id is not null;
create index outbox_notices on public.outbox (channel) where state = 'waiting' and kind = 'notice';
create index outbox_open on public.outbox (created_at) where state in ('waiting', 'sending');
create index outbox_failed on public.outbox (channel, destination) where state = 'failed';

create function public.count_stale_write() returns void
language sql security invoker set search_path = '' as $$
  update public.fleet_state f set stale_writes = f.stale_writes + 1
$$;

-- Queues one message per (channel, destination, alert, item, event), ever, in the order given. A find whose listing was told
-- to this chat for another alert is `merged` into that message instead of being told again; while that message is still on its
-- way the find waits, and `settle_message` merges it once it has arrived. A chat that does not take
-- messages any more gets none: they stand as failed, with its own words, and wait for `retry_outbox`.
create or replace function public.enqueue(messages public.new_message[]) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.outbox_destinations (channel, destination)
  select distinct m.channel, m.destination from unnest(enqueue.messages) m order by 1, 2
  on conflict do nothing;
  -- A message that is being settled is sent or not, never in between.
  perform 1 from public.outbox_destinations d
  where (d.channel, d.destination) in (select m.channel, m.destination from unnest(enqueue.messages) m where m.item_id <> 0)
  order by d.channel, d.destination for share;
  insert into public.outbox
    (channel, destination, topic_id, alert_id, item_id, event, kind, payload, state, settled_at, last_error)
  select m.channel, home.destination, m.topic_id, m.alert_id, m.item_id, m.event, m.kind, m.payload,
    case when home.disabled_reason is not null then 'failed' when told.already then 'merged' else 'waiting' end,
    case when told.already or home.disabled_reason is not null then clock_timestamp() end,
    home.disabled_reason
  from unnest(enqueue.messages) with ordinality
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

drop function public.claim_message(text, uuid, integer, integer);
drop function public.reclaim_lost(text);

-- Two alerts that match one listing are one message.
create function public.message_key(o public.outbox) returns text
language sql immutable security invoker set search_path = '' as $$
  select case when o.item_id = 0 then o.id::text else o.item_id || ' ' || o.event end
$$;

-- A sender died while it held a claim. What it had begun to send may have been delivered: it is sent once more and counted.
-- A message that was being sent at `max_attempts` deaths is a dead letter: it may be what kills its senders.
create function public.reclaim_lost(channel text, max_attempts integer) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  lost uuid;
begin
  for lost in
    select d.claim_id from public.outbox_destinations d
    where d.channel = reclaim_lost.channel and d.locked_until <= clock_timestamp() and d.claim_id is not null
    for update skip locked
  loop
    update public.outbox o set
      state = case
        when not public.waits_again(o.alert_id) then 'cancelled'
        when o.attempts >= reclaim_lost.max_attempts then 'failed'
        else 'waiting' end,
      settled_at = case when o.attempts >= reclaim_lost.max_attempts or not public.waits_again(o.alert_id)
        then clock_timestamp() end,
      last_error = case when o.attempts >= reclaim_lost.max_attempts
        then 'its sender died while sending it, ' || o.attempts || ' times' else o.last_error end,
      claim_id = null, possible_repeats = o.possible_repeats + 1
    where o.claim_id = lost and o.state = 'sending';
    update public.outbox o set claim_id = null where o.claim_id = lost;
    update public.outbox_destinations d set claim_id = null, locked_until = null where d.claim_id = lost;
  end loop;
end
$$;

-- What a claim holds. More than one thing in it is a digest.
create function public.claim_json(claim_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('claimId', claim_json.claim_id, 'channel', d.channel, 'destination', d.destination,
    'topicId', min(o.topic_id), 'isDigest', count(distinct public.message_key(o)) > 1,
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

-- {waitMs} when nothing may be sent yet, null when nothing waits, else the message: one find (with every alert of that chat
-- that matched it), one note, or a digest of all that waits. `kind` takes only messages of that kind. `attempts` counts the
-- send that follows. Nothing may be sent before `begin_send`. Asked again with the same claim it answers the same.
create function public.claim_message(
  channel text, claim_id uuid, lock_ms integer, channel_gap_ms integer, max_attempts integer, kind text default null
) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  now timestamptz;
  gate public.outbox_channels;
  target text;
  first public.outbox;
  is_digest boolean;
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
  -- From the oldest waiting message: with nothing waiting this is one look at an index, however many chats there are.
  select d.destination into target from public.outbox o
  join public.outbox_destinations d on d.channel = o.channel and d.destination = o.destination
  where o.channel = claim_message.channel and o.state = 'waiting' and o.not_before <= now
    and (claim_message.kind is null or o.kind = claim_message.kind)
    and d.disabled_reason is null and d.claim_id is null and d.next_send_at <= now
  order by o.created_at, o.number limit 1
  for update of d skip locked;
  if target is null then
    return null;
  end if;
  select * into first from public.outbox o
  where o.channel = claim_message.channel and o.destination = target and o.state = 'waiting' and o.not_before <= now
    and (claim_message.kind is null or o.kind = claim_message.kind)
  order by o.created_at, o.number limit 1;
  select count(distinct public.message_key(o))
    > public.digest_above() into is_digest
  from public.outbox o
  where o.channel = claim_message.channel and o.destination = target and o.state = 'waiting' and o.not_before <= now
    and (claim_message.kind is null or o.kind = claim_message.kind)
    and o.topic_id is not distinct from first.topic_id and o.unclear_sends = first.unclear_sends;
  with mine as (
    select o.id from public.outbox o
    where o.channel = claim_message.channel and o.destination = target and o.state = 'waiting'
      and (claim_message.kind is null or o.kind = claim_message.kind)
      and o.topic_id is not distinct from first.topic_id and o.not_before <= now
      -- What was sent without an answer is repeated by itself: its second silence must not fail the others.
      and o.unclear_sends = first.unclear_sends
      and (is_digest or o.id = first.id
        or (first.item_id <> 0 and o.item_id = first.item_id and o.event = first.event))
    order by o.created_at, o.number limit 30 -- a digest of 30 lines fits one message
  )
  update public.outbox o set claim_id = claim_message.claim_id from mine where o.id = mine.id;
  update public.outbox_destinations d
  set claim_id = claim_message.claim_id, locked_until = now + claim_message.lock_ms * interval '1 millisecond'
  where d.channel = claim_message.channel and d.destination = target;
  update public.outbox_channels c set next_send_at = now + claim_message.channel_gap_ms * interval '1 millisecond'
  where c.channel = claim_message.channel;
  return public.claim_json(claim_message.claim_id);
end
$$;

-- Compare and set: the claim's messages become `sending` if the claim is still held for `needs_ms` more and all of them still
-- wait. Otherwise nothing may be sent: a claim that was taken over is somebody else's, and one whose messages were cancelled
-- meanwhile is given back to be claimed anew. `count` is how many messages the claim held.
create function public.begin_send(claim_id uuid, count integer, needs_ms integer) returns boolean
language plpgsql security invoker set search_path = '' as $$
declare
  d public.outbox_destinations;
  waiting integer;
begin
  select * into d from public.outbox_destinations x where x.claim_id = begin_send.claim_id for update;
  if not found or d.locked_until < clock_timestamp() + begin_send.needs_ms * interval '1 millisecond' then
    perform public.count_stale_write();
    return false;
  end if;
  -- Begun already: its answer was lost on the way.
  if exists (select 1 from public.outbox o where o.claim_id = begin_send.claim_id and o.state = 'sending') then
    return true;
  end if;
  perform 1 from public.outbox o where o.claim_id = begin_send.claim_id and o.state = 'waiting' for update;
  get diagnostics waiting = row_count;
  if waiting < begin_send.count then
    update public.outbox o set claim_id = null where o.claim_id = begin_send.claim_id;
    update public.outbox_destinations x set claim_id = null, locked_until = null
    where x.channel = d.channel and x.destination = d.destination;
    return false;
  end if;
  update public.outbox o set state = 'sending', attempts = o.attempts + 1
  where o.claim_id = begin_send.claim_id and o.state = 'waiting';
  return true;
end
$$;

-- `outcome`: sent · retry {afterMs, error, wholeChannel?, uncounted?, ambiguous?} · failed {error} · disabled {error} ·
-- migrated {to, error}; `gapMs` is the pause this destination needs. A claim that was taken over meanwhile changes nothing
-- but the count of such writes.
create or replace function public.settle_message(claim_id uuid, outcome jsonb, gap_ms integer) returns boolean
language plpgsql security invoker set search_path = '' as $$
declare
  d public.outbox_destinations;
  now timestamptz := clock_timestamp();
  later timestamptz := now + (outcome ->> 'afterMs')::double precision * interval '1 millisecond';
  whole_channel boolean := coalesce((outcome ->> 'wholeChannel')::boolean, false);
  settled uuid[];
begin
  if outcome ->> 'kind' = 'migrated' then
    -- The alerts before the chat, in the order of record_check.
    perform 1 from public.alerts a
    where a.chat_id = (select x.destination from public.outbox_destinations x where x.claim_id = settle_message.claim_id)
    order by a.id for update;
  end if;
  select * into d from public.outbox_destinations x where x.claim_id = settle_message.claim_id for update;
  if not found then
    if exists (select 1 from public.outbox_destinations x where x.settled_claim = settle_message.claim_id) then
      return true;
    end if;
    perform public.count_stale_write();
    return false;
  end if;
  with changed as (
    update public.outbox o set
      state = case outcome ->> 'kind'
        when 'sent' then 'sent'
        when 'failed' then 'failed'
        when 'disabled' then 'failed'
        else case when public.waits_again(o.alert_id) then 'waiting' else 'cancelled' end end,
      not_before = coalesce(later, o.not_before),
      last_error = coalesce(outcome ->> 'error', o.last_error),
      possible_repeats = o.possible_repeats + case when (outcome ->> 'ambiguous')::boolean then 1 else 0 end,
      unclear_sends = o.unclear_sends + case when (outcome ->> 'ambiguous')::boolean then 1 else 0 end,
      settled_at = case when outcome ->> 'kind' in ('sent', 'failed', 'disabled') or not public.waits_again(o.alert_id)
        then now end,
      attempts = o.attempts - case when (outcome ->> 'uncounted')::boolean then 1 else 0 end,
      claim_id = null
    where o.claim_id = settle_message.claim_id and o.state = 'sending'
    returning o.id
  )
  select array_agg(c.id) into settled from changed c;
  if outcome ->> 'kind' = 'sent' then
    update public.outbox m set state = 'merged', settled_at = now
    from public.outbox o
    where o.id = any (settled) and o.item_id <> 0 and m.state = 'waiting' and m.channel = d.channel
      and m.destination = d.destination and m.item_id = o.item_id and m.event = o.event
      and m.topic_id is not distinct from o.topic_id;
  end if;
  update public.outbox_destinations x set
    claim_id = null, locked_until = null, settled_claim = settle_message.claim_id,
    next_send_at = greatest(x.next_send_at, now + settle_message.gap_ms * interval '1 millisecond', later),
    disabled_reason = case when outcome ->> 'kind' in ('disabled', 'migrated') then outcome ->> 'error' end,
    migrated_to = outcome ->> 'to'
  where x.channel = d.channel and x.destination = d.destination;
  if outcome ->> 'kind' = 'migrated' then
    insert into public.outbox_destinations (channel, destination) values (d.channel, outcome ->> 'to') on conflict do nothing;
    update public.outbox_destinations x set migrated_to = outcome ->> 'to'
    where x.channel = d.channel and x.migrated_to = d.destination;
    -- What the new chat was told, or is about to be told, is not told again.
    update public.outbox o set state = 'merged', settled_at = now
    where o.channel = d.channel and o.destination = d.destination and o.state = 'waiting' and exists (
      select 1 from public.outbox twin
      where twin.channel = o.channel and twin.destination = outcome ->> 'to' and twin.item_id = o.item_id
        and twin.event = o.event and twin.alert_id is not distinct from o.alert_id
    );
    -- What was sent goes along: it is what keeps a message from being sent twice.
    update public.outbox o set destination = outcome ->> 'to'
    where o.channel = d.channel and o.destination = d.destination and not exists (
      select 1 from public.outbox twin
      where twin.channel = o.channel and twin.destination = outcome ->> 'to' and twin.item_id = o.item_id
        and twin.event = o.event and twin.alert_id is not distinct from o.alert_id
    );
    update public.outbox o set state = 'failed', last_error = x.disabled_reason, settled_at = now
    from public.outbox_destinations x
    where x.channel = d.channel and x.destination = outcome ->> 'to' and x.disabled_reason is not null
      and o.channel = x.channel and o.destination = x.destination and o.state = 'waiting';
    update public.alerts a set chat_id = outcome ->> 'to' where a.chat_id = d.destination and d.channel = 'telegram';
  elsif outcome ->> 'kind' = 'disabled' then
    update public.outbox o set state = 'failed', last_error = outcome ->> 'error', settled_at = now
    where o.channel = d.channel and o.destination = d.destination and o.state = 'waiting';
  end if;
  if whole_channel or exists (select 1 from public.outbox_channels c where c.channel = d.channel and c.failures > 0) then
    update public.outbox_channels c set
      next_send_at = case when whole_channel then greatest(c.next_send_at, later) else c.next_send_at end,
      failures = case when whole_channel then c.failures + 1 else 0 end,
      failing_since = case when whole_channel then coalesce(c.failing_since, now) end,
      last_error = case when whole_channel then outcome ->> 'error' end
    where c.channel = d.channel;
  end if;
  return true;
end
$$;

-- A failed message goes back to the queue with fresh attempts. Where its chat was disabled, the chat is tried again and
-- everything that failed for that reason goes along. Null when there is none that failed.
create or replace function public.retry_outbox(id uuid) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  message public.outbox;
  d public.outbox_destinations;
begin
  select * into message from public.outbox o where o.id = retry_outbox.id and o.state = 'failed';
  if not found then
    return null;
  end if;
  select * into d from public.outbox_destinations x
  where x.channel = message.channel and x.destination = message.destination for update;
  update public.outbox o
  set state = 'waiting', attempts = 0, unclear_sends = 0, not_before = clock_timestamp(), settled_at = null
  where o.channel = message.channel and o.destination = message.destination and o.state = 'failed'
    and (o.id = message.id or o.last_error = d.disabled_reason);
  update public.outbox_destinations x set disabled_reason = null
  where x.channel = message.channel and x.destination = message.destination;
  select * into message from public.outbox o where o.id = retry_outbox.id;
  return public.outbox_json(message);
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
