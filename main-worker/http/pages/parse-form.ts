import { ProblemError } from '#shared/errors.ts'
import { refuseUnstorableText } from '#shared/http/parse-json.ts'

/** Ten thousand alerts, all of them ticked. */
const MOST_FIELDS = 20_000

/**
 * A form as a browser sends it: a field that comes several times is a list. Throws ProblemError 400 for text no database takes
 * and for more fields than any page has.
 */
export function parseForm(body: string): Record<string, string | string[]> {
  const lists = new Map<string, string[]>()
  let count = 0
  for (const [name, value] of new URLSearchParams(body)) {
    count += 1
    if (count > MOST_FIELDS) throw new ProblemError(400, 'BROKEN_FORM', `a form holds at most ${MOST_FIELDS} fields`)
    refuseUnstorableText(name)
    refuseUnstorableText(value)
    const list = lists.get(name)
    if (list) list.push(value)
    else lists.set(name, [value])
  }
  // Without a prototype while it is filled: a field may have any name.
  const form = Object.create(null) as Record<string, string | string[]>
  for (const [name, list] of lists) form[name] = list.length === 1 ? (list[0] ?? '') : list
  return { ...form }
}
