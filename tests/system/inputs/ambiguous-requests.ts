import { head } from './raw-request.ts'

/**
 * Requests whose end depends on who reads them. Behind each waits a second one that deletes the alert, should anybody take it
 * for a request of its own. `key` is the header's line.
 */
export function ambiguousRequests(key: string, alertId: string): [name: string, bytes: string][] {
  const json = 'Content-Type: application/json'
  const inside = head('DELETE', `/api/v1/alerts/${alertId}`, [key])
  const post = (lines: string[], body: string): string => head('POST', '/api/v1/alerts', [key, json, ...lines]) + body
  return [
    ['CL+TE', post([`Content-Length: ${5 + inside.length}`, 'Transfer-Encoding: chunked'], `0\r\n\r\n${inside}`)],
    ['TE+CL', post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${inside}`)],
    ['two lengths', post(['Content-Length: 2', `Content-Length: ${2 + inside.length}`], `{}${inside}`)],
    ['a list of lengths', post([`Content-Length: 2, ${2 + inside.length}`], `{}${inside}`)],
    ['a signed length', post(['Content-Length: +2'], `{}${inside}`)],
    ['an obscured encoding', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${inside}`)],
    ['two encodings', post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${inside}`)],
    ['a space before the colon', post([`Content-Length : ${inside.length}`], inside)],
    ['a bad chunk length', post(['Transfer-Encoding: chunked'], `zz\r\n${inside}\r\n0\r\n\r\n`)],
    ['bare line feeds', `POST /api/v1/alerts HTTP/1.1\nHost: a\n${key}\nContent-Length: 0\n\n${inside}`],
    ['a folded header', post([`X-Folded: a\r\n Content-Length: ${inside.length}`], inside)],
    ['bytes that are no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ]
}

/** As they stand: every client library would tidy them up. */
export const CLIMBING_PATHS = [
  '/../../etc/passwd',
  '/api/v1/../../.vigie/local.json',
  '/api/v1/worker/../alerts',
  '/api/v1/alerts/../../../etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..\\..\\etc\\passwd',
  '/%00',
  '/%c0%ae%c0%ae/etc/passwd',
  '/api/v1/alerts%2fabc',
  `/${'a'.repeat(4_000)}`,
  `/api/v1/alerts/${'a'.repeat(201)}`,
  'http://evil.example/api/v1/nothing',
]
