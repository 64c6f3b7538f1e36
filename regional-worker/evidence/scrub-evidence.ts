const MAX_CHARS = 64 * 1024

/** Headers that say something about a refusal; none of them holds a session. */
const TELLING =
  /^(content-type|content-length|date|server|retry-after|location|cf-ray|cf-mitigated|x-datadome|x-cache|via|x-request-id)$/

/** JWTs, and values of fields and cookies whose names speak of secrets. */
const SECRETS: [RegExp, string][] = [
  [/eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [
    /((?:access_token|refresh_token|session|datadome|cf_clearance|__cf_bm|anon_id|v_udt|cookie|csrf|password)[\w.-]*["']?\s*[=:]\s*["']?)[^"'&;,\s<>]+/gi,
    '$1[hidden]',
  ],
  [/[\w.+-]+@[\w-]+\.[\w.]+/g, '[mail]'],
]

/** The beginning of a body without what could be used or what names a person. */
export function scrubBody(body: string): string {
  const scrubbed = SECRETS.reduce((text, [pattern, shown]) => text.replaceAll(pattern, shown), body.slice(0, MAX_CHARS))
  return scrubbed.replaceAll('\0', '').toWellFormed().slice(0, MAX_CHARS)
}

export const scrubHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => TELLING.test(name))
      .map(([name, value]) => [name, scrubBody(value)]),
  )
