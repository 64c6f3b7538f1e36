const MAX_CHARS = 64 * 1024

/** Headers that say something about a refusal; none of them holds a session. */
const TELLING =
  /^(content-type|content-length|date|server|retry-after|location|cf-ray|cf-mitigated|x-datadome|x-cache|via|x-request-id)$/

/** JWTs, and values of fields and cookies whose names speak of secrets. */
const SECRETS: [RegExp, string][] = [
  [/eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[token]'],
  [
    /((?:access_token|refresh_token|session|datadome|cf_clearance|__cf_bm|anon[_-]id|v_udt|cookie|csrf|password)[\w.-]*["']?\s*[=:]\s*["']?)[^"'&;,\s<>]+/gi,
    '$1[hidden]',
  ],
  [/[\w.+-]+@[\w-]+\.[\w.]+/g, '[mail]'],
  // Sellers are people: their names, and the links that hold them.
  [/((?:"|\\")(?:login|user_?name|real_name)(?:"|\\")\s*:\s*(?:"|\\"))[^"\\]+/gi, '$1[hidden]'],
  [/(\/member\/\d+)-[^"'\\\s<>?#]+/gi, '$1'],
]

/** The values that a request carried: a refusal may repeat any of them, under any name. */
export function secretsOf(headers: Record<string, string>): string[] {
  const cookies = (headers['cookie'] ?? '').split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
  return [...cookies, headers['authorization'] ?? '', headers['x-anon-id'] ?? '', headers['x-csrf-token'] ?? '']
}

/** Values that a page repeats. Short ones ("1", "fr") are words of any page. */
const WORTH_HIDING = 6

/** The page without any of these values, in the forms in which it may repeat them. */
export const hideValues = (html: string, values: readonly string[]): string =>
  values
    .flatMap((value) => (value.length < WORTH_HIDING ? [] : [value, ...formsOf(value)]))
    .sort((one, other) => other.length - one.length)
    .reduce((text, value) => text.replaceAll(value, '[hidden]'), html)

/** As a URL, a JSON text or a page would write it. */
const formsOf = (value: string): string[] => [
  encodeURIComponent(value),
  tryDecode(value),
  value.replaceAll('/', '\\/'),
  value.replaceAll('&', '&amp;'),
]

function tryDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // Not an encoded value.
  }
}

/** The beginning of a body without what could be used or what names a person. */
export function scrubBody(body: string, secrets: readonly string[] = []): string {
  // Before it is cut: a value across the cut would leave its beginning.
  const known = hideValues(body, secrets).slice(0, MAX_CHARS)
  const scrubbed = SECRETS.reduce((text, [pattern, shown]) => text.replaceAll(pattern, shown), known)
  return scrubbed.replaceAll('\0', '').toWellFormed().slice(0, MAX_CHARS)
}

export const scrubHeaders = (
  headers: Record<string, string>,
  secrets: readonly string[] = [],
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => TELLING.test(name))
      .map(([name, value]) => [name, scrubBody(value, secrets)]),
  )
