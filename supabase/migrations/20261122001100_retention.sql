-- Retention: what is kept for a while only, and how large everything is.

create index seen_items_last on public.seen_items (last_seen_at);
create index seen_items_item on public.seen_items (item_id);
create index outbox_settled on public.outbox (settled_at) where settled_at is not null;
create index alert_matches_found on public.alert_matches (found_at);

drop function public.purge_evidence();

-- Deletes up to `most` rows of each kind that are older than their time; answers how many went, by kind. Called again until
-- nothing is left, so that no statement is long.
-- - evidence: 24 h. Refusals: a day. Runs with their alerts, items and keys: 14 days.
-- - seen rows of listings that their search has not shown for 7 days while it was asked, or that was not asked for 30.
-- - matches of 30 days whose listing no search shows any more: while it is shown, it must not become new again.
-- - messages that ended 30 days ago, if their listing is not shown any more: they are what keeps a message from being sent twice.
-- - sessions and rests of markets that ended a day ago; incidents that ended 30 days ago, searches that nobody has asked for in 30 days, chats without messages.
create function public.purge_old(most integer) returns jsonb
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
    select x.ctid from public.alert_matches x where x.found_at < now - interval '30 days'
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

-- The size of everything: {databaseBytes, tables: [{name, bytes}]}, largest first.
create function public.read_sizes() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'databaseBytes', pg_catalog.pg_database_size(pg_catalog.current_database()),
    'tables', (
      select jsonb_agg(jsonb_build_object('name', t.name, 'bytes', t.bytes) order by t.bytes desc, t.name)
      from (
        select c.relname as name, pg_catalog.pg_total_relation_size(c.oid) as bytes
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind = 'r'
      ) t
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
