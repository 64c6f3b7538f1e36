import type { Session } from './driver.ts'

export type DatabaseFunction = {
  name: string
  /** STABLE or IMMUTABLE. */
  readOnly: boolean
  returnsVoid: boolean
  returnsSet: boolean
  returnsComposite: boolean
  /** In the order declared; the type as PostgreSQL spells it, with its schema where it has one. */
  args: { name: string; type: string; required: boolean }[]
}

export async function readFunctions(session: Session): Promise<DatabaseFunction[]> {
  return session.query<DatabaseFunction>(FUNCTIONS)
}

/** Those named so that accept exactly these arguments: what is required is there, and nothing else than what is known. */
export function matchFunctions(
  functions: readonly DatabaseFunction[],
  name: string,
  args: readonly string[],
): DatabaseFunction[] {
  const sent = new Set(args)
  return functions.filter(
    (fn) =>
      fn.name === name &&
      fn.args.every((arg) => !arg.required || sent.has(arg.name)) &&
      args.every((sentName) => fn.args.some((arg) => arg.name === sentName)),
  )
}

// The same reading of pg_proc as PostgREST's. An argument without a name cannot be sent, so it never matches.
const FUNCTIONS = `
select
  p.proname as name,
  p.provolatile <> 'v' as "readOnly",
  p.prorettype = 'void'::regtype as "returnsVoid",
  p.proretset as "returnsSet",
  t.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false) as "returnsComposite",
  coalesce((
    select json_agg(json_build_object(
      'name', coalesce(arg.name, ''),
      'type', format_type(arg.type, null),
      'required', arg.position <= p.pronargs - p.pronargdefaults
    ) order by arg.position)
    from (
      select each.name, each.type, row_number() over (order by each.ordinality) as position
      from unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes)
        with ordinality as each (name, type, mode, ordinality)
      where coalesce(each.mode, 'i') in ('i', 'b', 'v')
    ) arg
  ), '[]') as args
from pg_proc p join pg_type t on t.oid = p.prorettype
where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype`
