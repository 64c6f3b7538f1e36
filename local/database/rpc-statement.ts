import type { DatabaseFunction } from './function-catalogue.ts'

/** How the caller wants the answer: as the function returns it, or exactly one row as an object. */
export type Shape = 'any' | 'object'

/**
 * The statement that calls the function. Its only parameter is the raw JSON body (none without arguments); its only row is
 * `body`, JSON built by PostgreSQL or null for a function that returns void, and `rows`.
 */
export function rpcStatement(fn: DatabaseFunction, sent: readonly string[], shape: Shape): string {
  const args = fn.args.filter(({ name }) => sent.includes(name)).map(({ name, type }) => ({ name: quote(name), type }))
  const call = `public.${quote(fn.name)}(${args.map(({ name }) => `${name} := args.${name}`).join(', ')})`
  const from = args.length === 0 ? call : `${argumentsRow(args)}, lateral ${call}`
  // A scalar gets a column name of its own. The columns of a row keep theirs, which for a row of one column takes a subquery.
  const source = fn.returnsComposite ? `(select result.* from ${from} as result) as result` : `${from} as result(value)`
  return `select ${selected(fn, shape)} from ${source}`
}

function argumentsRow(args: readonly { name: string; type: string }[]): string {
  return `json_to_record($1::json) as args(${args.map(({ name, type }) => `${name} ${type}`).join(', ')})`
}

function selected(fn: DatabaseFunction, shape: Shape): string {
  if (fn.returnsVoid) return 'null as body, 1 as rows'
  const value = fn.returnsComposite ? 'result' : 'result.value'
  if (!fn.returnsSet) return `coalesce(to_json(${value})::text, 'null') as body, 1 as rows`
  const body = shape === 'object' ? `(json_agg(${value})->0)::text` : `coalesce(json_agg(${value}), '[]')::text`
  return `${body} as body, count(*)::int as rows`
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
