-- What operators look at: numbers for a monitor, and whether this database is the one the code expects.

-- Counted here because no other verb groups them; nothing by alert, chat or listing.
create function public.read_operations() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'cycles', (
      select coalesce(jsonb_object_agg(c.status, c.count), '{}')
      from (
        select r.status, count(*) as count from public.alert_runs r
        where r.started_at > clock_timestamp() - interval '24 hours'
        group by r.status
      ) c
    ),
    'outbox', (
      select coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'waiting', coalesce(o.waiting, 0),
        'oldestAgeS', floor(extract(epoch from clock_timestamp() - o.oldest)),
        'failed', coalesce(o.failed, 0)) order by c.channel), '[]')
      from public.outbox_channels c
      left join (
        select m.channel, count(*) filter (where m.state <> 'failed') as waiting,
          min(m.created_at) filter (where m.state <> 'failed') as oldest,
          count(*) filter (where m.state = 'failed') as failed
        from public.outbox m
        where m.state in ('waiting', 'sending')
          or m.state = 'failed' and m.settled_at > clock_timestamp() - interval '1 day'
        group by m.channel
      ) o on o.channel = c.channel
    ),
    'activeAlerts', (select count(*) from public.alerts a where a.is_active)
  )
$$;

-- The list of migrations is our runner's and the Supabase CLI's; where neither ran there is none to read.
do $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    grant usage on schema supabase_migrations to service_role;
    grant select (version) on supabase_migrations.schema_migrations to service_role;
  end if;
end
$$;

-- `migrations` null: not known here. `open`: what somebody without the service key could call, read or write.
create function public.read_schema_state() returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  versions jsonb;
begin
  begin
    select coalesce(jsonb_agg(m.version order by m.version), '[]') into versions
    from supabase_migrations.schema_migrations m;
  exception when undefined_table or invalid_schema_name or insufficient_privilege then
    versions := null;
  end;
  return jsonb_build_object('now', clock_timestamp(), 'migrations', versions, 'open', (
    select coalesce(jsonb_agg(distinct o.name), '[]')
    from (
      select p.proname || '()' as name, r.rolname as role, p.oid as function_id, null::oid as relation_id
      from pg_catalog.pg_proc p, pg_catalog.pg_roles r
      where p.pronamespace = 'public'::regnamespace and r.rolname in ('anon', 'authenticated')
      union all
      select c.relname, r.rolname, null, c.oid
      from pg_catalog.pg_class c, pg_catalog.pg_roles r
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
        and r.rolname in ('anon', 'authenticated')
    ) o
    where has_function_privilege(o.role, o.function_id, 'execute')
      or has_table_privilege(o.role, o.relation_id, 'select, insert, update, delete')
  ));
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
