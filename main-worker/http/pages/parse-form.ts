import { refuseUnstorableText } from '#shared/http/parse-json.ts'

/** A form as a browser sends it: a field that comes several times is a list. Throws ProblemError 400 for text no database takes. */
export function parseForm(body: string): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of new URLSearchParams(body)) {
    refuseUnstorableText(name)
    refuseUnstorableText(value)
    const before = form[name]
    form[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return { ...form }
}
