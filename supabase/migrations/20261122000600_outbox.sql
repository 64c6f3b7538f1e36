-- The outbox: a claim takes a destination whose turn it is and yields one message; it is settled on its own.

-- Above this many waiting messages a destination gets one digest instead.
create function public.digest_above() returns integer language sql immutable set search_path = '' as 'select 10';

-- A message that was not sent waits again, unless its alert was deleted or paused meanwhile.
create function public.waits_again(alert_id uuid) returns boolean
language sql stable security invoker set search_path = '' as $$
  select waits_again.alert_id is null or exists (
    select 1 from public.alerts a
    where a.id = waits_again.alert_id and a.is_active and coalesce(a.paused_until, clock_timestamp()) <= clock_timestamp()
  )
$$;

-- A sender died while it held a claim: the message may have been delivered. It is sent once more and counted.
create function public.reclaim_lost(channel text) returns void
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
      state = case when public.waits_again(o.alert_id) then 'waiting' else 'cancelled' end,
      settled_at = case when not public.waits_again(o.alert_id) then clock_timestamp() end,
      claim_id = null, possible_repeats = o.possible_repeats + 1
    where o.claim_id = lost and o.state = 'sending';
    update public.outbox_destinations d set claim_id = null, locked_until = null where d.claim_id = lost;
  end loop;
end
$$;

-- {waitMs} when nothing may be sent yet, null when nothing waits, else the message: one find (with every alert of that chat
-- that matched it), one note, or a digest of all that waits.
create function public.claim_message(channel text, claim_id uuid, lock_ms integer, channel_gap_ms integer) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  now timestamptz;
  gate timestamptz;
  target text;
  first public.outbox;
  is_digest boolean;
  rows jsonb;
begin
  select c.next_send_at into gate from public.outbox_channels c where c.channel = claim_message.channel for update;
  now := clock_timestamp();
  if gate > now then
    return jsonb_build_object('waitMs', ceil(extract(epoch from gate - now) * 1000));
  end if;
  perform public.reclaim_lost(claim_message.channel);
  -- From the oldest waiting message: with nothing waiting this is one look at an index, however many chats there are.
  select d.destination into target from public.outbox o
  join public.outbox_destinations d on d.channel = o.channel and d.destination = o.destination
  where o.channel = claim_message.channel and o.state = 'waiting' and o.not_before <= now
    and d.disabled_reason is null and d.claim_id is null and d.next_send_at <= now
  order by o.created_at, o.number limit 1
  for update of d skip locked;
  if target is null then
    return null;
  end if;
  select * into first from public.outbox o
  where o.channel = claim_message.channel and o.destination = target and o.state = 'waiting' and o.not_before <= now
  order by o.created_at, o.number limit 1;
  select count(*) > public.digest_above() into is_digest from public.outbox o
  where o.channel = claim_message.channel and o.destination = target and o.state = 'waiting' and o.not_before <= now
    and o.topic_id is not distinct from first.topic_id;
  with mine as (
    select o.id from public.outbox o
    where o.channel = claim_message.channel and o.destination = target and o.state = 'waiting'
      and o.topic_id is not distinct from first.topic_id and o.not_before <= now
      and (is_digest or o.id = first.id
        or (first.item_id <> 0 and o.item_id = first.item_id and o.event = first.event))
    order by o.created_at, o.number limit 30 -- a digest of 30 lines fits one message
  ), claimed as (
    update public.outbox o set state = 'sending', claim_id = claim_message.claim_id, attempts = o.attempts + 1
    from mine where o.id = mine.id returning o.*
  )
  select jsonb_agg(jsonb_build_object('id', c.id, 'alertId', c.alert_id, 'alertName', coalesce(a.name, ''),
    'language', coalesce(a.language, 'fr'), 'kind', c.kind, 'event', c.event, 'payload', c.payload,
    'attempts', c.attempts, 'createdAt', c.created_at) order by c.created_at, c.number)
  into rows from claimed c left join public.alerts a on a.id = c.alert_id;
  update public.outbox_destinations d
  set claim_id = claim_message.claim_id, locked_until = now + claim_message.lock_ms * interval '1 millisecond'
  where d.channel = claim_message.channel and d.destination = target;
  update public.outbox_channels c set next_send_at = now + claim_message.channel_gap_ms * interval '1 millisecond'
  where c.channel = claim_message.channel;
  return jsonb_build_object('claimId', claim_message.claim_id, 'channel', claim_message.channel, 'destination', target,
    'topicId', first.topic_id, 'isDigest', is_digest, 'notifications', rows);
end
$$;

-- `outcome`: sent · retry {afterMs, error, wholeChannel?, uncounted?, ambiguous?} · failed {error} · disabled {error} · migrated {to, error};
-- `gapMs` is the pause this destination needs. A claim that was taken over meanwhile changes nothing.
create function public.settle_message(claim_id uuid, outcome jsonb, gap_ms integer) returns boolean
language plpgsql security invoker set search_path = '' as $$
declare
  d public.outbox_destinations;
  now timestamptz := clock_timestamp();
  later timestamptz := now + (outcome ->> 'afterMs')::double precision * interval '1 millisecond';
begin
  select * into d from public.outbox_destinations x where x.claim_id = settle_message.claim_id for update;
  if not found then
    return false;
  end if;
  update public.outbox o set
    state = case outcome ->> 'kind'
      when 'sent' then 'sent'
      when 'failed' then 'failed'
      when 'disabled' then 'failed'
      else case when public.waits_again(o.alert_id) then 'waiting' else 'cancelled' end end,
    not_before = coalesce(later, o.not_before),
    last_error = coalesce(outcome ->> 'error', o.last_error),
    possible_repeats = o.possible_repeats + case when (outcome ->> 'ambiguous')::boolean then 1 else 0 end,
    settled_at = case when outcome ->> 'kind' in ('sent', 'failed', 'disabled') or not public.waits_again(o.alert_id)
      then now end,
    attempts = o.attempts - case when (outcome ->> 'uncounted')::boolean then 1 else 0 end,
    claim_id = null
  where o.claim_id = settle_message.claim_id and o.state = 'sending';
  update public.outbox_destinations x set
    claim_id = null, locked_until = null,
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
    update public.outbox o set destination = outcome ->> 'to'
    where o.channel = d.channel and o.destination = d.destination and o.state = 'waiting';
    update public.alerts a set chat_id = outcome ->> 'to' where a.chat_id = d.destination and d.channel = 'telegram';
  elsif outcome ->> 'kind' = 'disabled' then
    update public.outbox o set state = 'failed', last_error = outcome ->> 'error', settled_at = now
    where o.channel = d.channel and o.destination = d.destination and o.state = 'waiting';
  end if;
  if (outcome ->> 'wholeChannel')::boolean then
    update public.outbox_channels c set next_send_at = greatest(c.next_send_at, later) where c.channel = d.channel;
  end if;
  return true;
end
$$;

create function public.outbox_json(o public.outbox) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('id', o.id, 'channel', o.channel, 'destination', o.destination, 'alertId', o.alert_id,
    'itemId', o.item_id, 'event', o.event, 'kind', o.kind, 'status', o.state, 'attempts', o.attempts,
    'possibleRepeats', o.possible_repeats, 'notBefore', o.not_before, 'lastError', o.last_error,
    'createdAt', o.created_at, 'settledAt', o.settled_at, 'payload', o.payload)
$$;

create function public.list_outbox(status text, most integer) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(public.outbox_json(o) order by o.created_at desc), '[]')
  from (
    select * from public.outbox x where list_outbox.status is null or x.state = list_outbox.status
    order by x.created_at desc limit list_outbox.most
  ) o
$$;

-- A failed message goes back to the queue with fresh attempts, and its chat is tried again. Null when there is none that failed.
create function public.retry_outbox(id uuid) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  message public.outbox;
begin
  update public.outbox o set state = 'waiting', attempts = 0, not_before = clock_timestamp(), settled_at = null
  where o.id = retry_outbox.id and o.state = 'failed' returning * into message;
  if not found then
    return null;
  end if;
  update public.outbox_destinations d set disabled_reason = null
  where d.channel = message.channel and d.destination = message.destination;
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
