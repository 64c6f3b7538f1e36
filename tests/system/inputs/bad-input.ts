/** A call that must be refused. A body that is a string is sent as it stands. */
export type BadInput = {
  name: string
  method: string
  path: string
  body?: unknown
  headers?: Record<string, string>
  status: number
  code: string
  /** The field at fault, as the answer must name it. */
  field?: string
  /** What the answer must say: what it got, and what it wants instead. */
  got?: RegExp
  wants?: RegExp
}

type Row = readonly [name: string, body: unknown, field: string, got: RegExp | undefined, wants: RegExp]

/** Rows of one call whose bodies have one field at fault each. */
export const badFields = (method: string, path: string, rows: readonly Row[]): BadInput[] =>
  rows.map(([name, body, field, got, wants]) => ({
    name: `${method} ${path}: ${name}`,
    method,
    path,
    body,
    status: 400,
    code: 'VALIDATION_FAILED',
    field,
    ...(got && { got }),
    wants,
  }))

/** Bodies that are no JSON at all, or none that can be stored. */
export const brokenBodies = (method: string, path: string): BadInput[] =>
  (
    [
      ['half an object', '{"market":', /not JSON/],
      ['a number that JSON has not', '{"market":"fr","searchText":"a","priceMax":NaN}', /not JSON/],
      ['two values', '{"market":"fr"} {"market":"fr"}', /not JSON/],
      ['a depth that breaks parsers', '['.repeat(30_000) + ']'.repeat(30_000), /./],
      ['NUL in a text', '{"market":"fr","searchText":"a\\u0000b"}', /NUL/],
      ['NUL in a name', '{"market":"fr","a\\u0000b":1}', /NUL/],
      ['half a surrogate pair', '{"market":"fr","searchText":"a\\ud800"}', /surrogate/],
      ['the other half', '{"market":"fr","requiredWords":["\\udc00"]}', /surrogate/],
      ['__proto__', '{"market":"fr","searchText":"a","__proto__":{"isAdmin":true}}', /__proto__/],
      ['__proto__ deep inside', '{"market":"fr","attributeIds":{"a":{"__proto__":1}}}', /__proto__/],
      ['__proto__ in escapes', '{"market":"fr","\\u005f_proto__":{}}', /__proto__/],
    ] as const
  ).map(([name, body, wants]) => ({
    name: `${method} ${path}: ${name}`,
    method,
    path,
    body,
    status: 400,
    code: name.startsWith('a depth') ? '(BROKEN_JSON|VALIDATION_FAILED)' : 'BROKEN_JSON',
    wants,
  }))
