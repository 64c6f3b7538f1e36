import type { z } from 'zod'

type FieldIssue = { field: string; message: string }

/** Their content is never repeated, not even to the one who sent it. */
const SECRET_FIELDS = new Set(['cookies', 'userAgent', 'x-api-key'])

function preview(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? typeof value)
  return text.length > 80 ? `${text.slice(0, 60)}… (${text.length} characters)` : text
}

const pathText = (path: readonly PropertyKey[], part: string): string =>
  path.length === 0 ? part : path.map(String).join('.')

/** zod's issues as {field, "what it wants, got what"}; `part` names the whole where no single field is at fault. */
export function fieldIssues(error: z.ZodError, part: string): FieldIssue[] {
  return error.issues.flatMap((issue): FieldIssue[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: pathText([...issue.path, key], part), message: 'is not a field here' }))
    }
    const isSecret = issue.path.some((key) => SECRET_FIELDS.has(String(key)))
    const got =
      isSecret || (issue.input === undefined && issue.code === 'custom') ? '' : ` (got ${preview(issue.input)})`
    return [{ field: pathText(issue.path, part), message: `${issue.message}${got}` }]
  })
}
