import { parseEnv } from 'node:util'

export type Assignment = readonly [name: string, value: string]

/** Variables of such a file; an empty one counts as not set. */
export const readEnvText = (text: string): Record<string, string> =>
  Object.fromEntries(Object.entries(parseEnv(text)).flatMap(([name, value]) => (value ? [[name, value]] : [])))

const nameOfLine = (line: string): string | undefined => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1]

/**
 * The text with these values in it: a line that says something else is replaced, a missing one added, all others (comments,
 * variables of the owner's own) stay. What is `removed` loses its line. Null when that cannot be done to what is there, such as values of several lines.
 */
export function layOver(
  text: string | null,
  header: string,
  values: readonly Assignment[],
  removed: readonly string[] = [],
): string | null {
  const wanted = new Map(values)
  if (text === null) return [header, ...values.map(([name, value]) => `${name}=${value}`), ''].join('\n')
  const isRemoved = (line: string) => removed.includes(nameOfLine(line) ?? '')
  const kept = text.split('\n').filter((line) => !isRemoved(line))
  const lines = kept.map((line) => {
    const name = nameOfLine(line)
    const value = name === undefined ? undefined : wanted.get(name)
    // Written plainly: flyctl reads no `export`, no single quotes and no comment behind a value.
    return value === undefined ? line : `${name}=${value}`
  })
  const known = new Set(lines.map(nameOfLine))
  const missing = values.filter(([name]) => !known.has(name)).map(([name, value]) => `${name}=${value}`)
  if (missing.length > 0 && lines.at(-1) === '') lines.pop()
  const laid = [...lines, ...missing, ...(missing.length > 0 ? [''] : [])].join('\n')
  const expected: NodeJS.Dict<string> = { ...parseEnv(text), ...Object.fromEntries(values) }
  for (const name of removed) delete expected[name]
  const got = parseEnv(laid)
  const names = new Set([...Object.keys(expected), ...Object.keys(got)])
  return [...names].every((name) => got[name] === expected[name]) ? laid : null
}
