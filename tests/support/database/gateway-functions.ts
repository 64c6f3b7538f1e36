/** The functions the gateway's cases call, as one migration. */
export const GATEWAY_FUNCTIONS = `
create type public.pair as (a int, b text);
create table public.notes (id int primary key, body text unique, parent int references public.notes);
grant select, insert on public.notes to anon, service_role;

create function public.add(a int, b int default 10) returns int language sql immutable as 'select a + b';
create function public.twice(n bigint) returns bigint language sql immutable as 'select n * 2';
create function public.total(numbers int[]) returns int language sql immutable as 'select sum(n)::int from unnest(numbers) n';
create function public.echo(value text) returns text language sql immutable as 'select value';
create function public.echo_json(value jsonb) returns jsonb language sql immutable as 'select value';
create function public."Odd ""name"""("Some arg" int) returns int language sql immutable as 'select "Some arg"';
create function public.no_arguments() returns text language sql immutable as $$ select 'none' $$;
create function public.only_defaults(a int default 1, b int default 2) returns int language sql immutable as 'select a * 10 + b';
create function public.nothing() returns void language sql as '';
create function public.no_value() returns int language sql immutable as 'select null::int';

create function public.one_pair() returns public.pair language sql immutable as $$ select 1, 'x' $$;
create function public.numbers(n int) returns setof int language sql immutable as 'select * from generate_series(1, n)';
create function public.pairs(n int) returns setof public.pair language sql immutable as $$ select i, 'x' || i from generate_series(1, n) i $$;
create function public.table_of(n int) returns table (x int, y text) language sql immutable as $$ select i, 'y' || i from generate_series(1, n) i $$;
create function public.one_column(n int) returns table (x int) language sql immutable as 'select * from generate_series(1, n)';
create function public.out_arguments(n int, out half int, out double int) language sql immutable as 'select n / 2, n * 2';

create function public.whoami() returns jsonb language sql as $$
  select jsonb_build_object('session', session_user, 'role', current_user, 'claims', current_setting('request.jwt.claims')::jsonb,
    'path', current_setting('search_path'), 'zone', current_setting('timezone')) $$;
create function public.is_read_only() returns text language sql stable as $$ select current_setting('transaction_read_only') $$;
create function public.become_postgres() returns void language plpgsql as $$ begin set local role postgres; end $$;
create function public.guarded() returns int language sql as 'select 1';
revoke all on function public.guarded() from public;
grant execute on function public.guarded() to service_role;

create function public.write_note(id int, body text, parent int default null) returns int language sql as
  'insert into public.notes values (id, body, parent) returning id';
create function public.write_two_notes() returns setof public.notes language sql as
  $$ insert into public.notes values (101, 'one'), (102, 'two') returning * $$;
create function public.write_then_fail() returns void language plpgsql as $$
  begin insert into public.notes values (103, 'never'); raise exception 'no'; end $$;
create function public.stable_write() returns int language plpgsql stable as $$
  begin return public.write_note(104, 'never'); end $$;
create function public.note_ids() returns int[] language sql stable as 'select coalesce(array_agg(id order by id), $$ {} $$) from public.notes';
create function public.fail(state text) returns void language plpgsql as $$
  begin raise exception using errcode = state, message = 'said so', detail = 'a detail', hint = 'a hint'; end $$;

create function public.ambiguous(a int) returns int language sql immutable as 'select 1';
create function public.ambiguous(a text) returns int language sql immutable as 'select 2';
create function public.overloaded(a int) returns text language sql immutable as $$ select 'a' $$;
create function public.overloaded(a int, b int) returns text language sql immutable as $$ select 'a and b' $$;
`
