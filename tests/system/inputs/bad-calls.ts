import { badFields } from './bad-input.ts'
import type { BadInput } from './bad-input.ts'

const NOBODY = '6e7a1a9e-0000-4000-8000-000000000000'

const query = (path: string, field: string, got: RegExp | undefined, wants: RegExp): BadInput => ({
  name: `GET ${path}`,
  method: 'GET',
  path,
  status: 400,
  code: 'VALIDATION_FAILED',
  field,
  ...(got && { got }),
  wants,
})

export const badQueries: BadInput[] = [
  query('/api/v1/runs?limit=0', 'limit', /got/, />=1/),
  query('/api/v1/runs?limit=-1', 'limit', /got/, />=1/),
  query('/api/v1/runs?limit=1e9', 'limit', /got/, /500/),
  query('/api/v1/runs?limit=1.5', 'limit', /got/, /int/),
  query('/api/v1/runs?limit=many', 'limit', /got/, /number/),
  query('/api/v1/runs?limit=', 'limit', /got/, />=1|number/),
  query('/api/v1/runs?limit=1&limit=2', 'limit', /got/, /number/),
  query('/api/v1/runs?page=2', 'page', undefined, /not a field/),
  query('/api/v1/evidence?limit=501', 'limit', /got/, /500/),
  query('/api/v1/outbox?limit=1001', 'limit', /got/, /1000/),
  query('/api/v1/outbox?status=lost', 'status', /got "lost"/, /waiting, sending/),
  query('/api/v1/outbox?status=sent&status=failed', 'status', /a list of 2/, /waiting, sending/),
  query('/api/v1/outbox?status=%00', 'status', /got/, /waiting, sending/),
  query('/api/v1/outbox?__proto__=1', '__proto__', undefined, /not a field/),
  { ...query('/api/v1/alerts/run-once?ifRunning=maybe', 'ifRunning', /got "maybe"/, /join.*refuse/), method: 'POST' },
  { ...query('/api/v1/alerts/run-once?force=1', 'force', undefined, /not a field/), method: 'POST' },
  {
    ...query('/api/v1/alerts/run-once', 'idempotency-key', /got "k.*characters/, /200/),
    name: 'an Idempotency-Key of 201 characters',
    method: 'POST',
    headers: { 'idempotency-key': 'k'.repeat(201) },
  },
]

const wrongId = (method: string, path: string, body?: unknown): BadInput => ({
  name: `${method} ${path}`,
  method,
  path,
  body,
  status: 400,
  code: 'VALIDATION_FAILED',
  field: 'id',
  got: /got "/,
  wants: /wants an? \w+ id/,
})

const notFound = (method: string, path: string, body?: unknown): BadInput => ({
  name: `${method} ${path}`,
  method,
  path,
  body,
  status: 404,
  code: 'NOT_FOUND',
})

export const badPaths: BadInput[] = [
  wrongId('GET', '/api/v1/alerts/abc'),
  wrongId('PATCH', '/api/v1/alerts/1', { name: 'changed' }),
  wrongId('DELETE', '/api/v1/alerts/..%2f'),
  wrongId('DELETE', "/api/v1/alerts/1'%20or%20'1'='1"),
  wrongId('POST', '/api/v1/alerts/abc/clone', { market: 'uk' }),
  wrongId('GET', '/api/v1/runs/abc'),
  wrongId('GET', '/api/v1/evidence/..%2f..%2fetc%2fpasswd'),
  wrongId('POST', '/api/v1/outbox/%00/retry'),
  wrongId('GET', `/api/v1/alerts/${NOBODY}0`),
  wrongId('GET', '/api/v1/outbox/abc'),
  wrongId('DELETE', '/api/v1/webhooks/abc'),
  wrongId('POST', '/api/v1/alerts/abc/feed'),
  notFound('GET', `/api/v1/alerts/${NOBODY}`),
  notFound('PATCH', `/api/v1/alerts/${NOBODY}`, { name: 'changed' }),
  notFound('DELETE', `/api/v1/alerts/${NOBODY}`),
  notFound('POST', `/api/v1/alerts/${NOBODY}/clone`, { market: 'uk' }),
  notFound('POST', `/api/v1/outbox/${NOBODY}/retry`),
  notFound('GET', `/api/v1/outbox/${NOBODY}`),
  notFound('DELETE', `/api/v1/webhooks/${NOBODY}`),
  notFound('POST', `/api/v1/alerts/${NOBODY}/feed`),
  notFound('DELETE', `/api/v1/alerts/${NOBODY}/feed`),
  notFound('GET', '/feeds/short.xml'),
  notFound('GET', `/feeds/${'x'.repeat(43)}.xml`),
  notFound('GET', `/api/v1/runs/${NOBODY}`),
  notFound('GET', '/api/v1/nothing'),
  notFound('GET', '/api/v2/alerts'),
  notFound('PUT', '/api/v1/alerts', { market: 'fr', searchText: 'a' }),
  notFound('DELETE', '/api/v1/alerts'),
  notFound('GET', '/api/v1/alerts/run-once/now'),
  notFound('GET', '/api/v1/worker/main/execute'),
  notFound('POST', '/api/v1/worker/execute', { type: 'scrape', payload: { url: 'a' } }),
  notFound('GET', '/.env'),
  notFound('GET', '/.vigie/local.json'),
  notFound('GET', '//api/v1/alerts'),
  { name: 'percent garbage', method: 'GET', path: '/api/v1/alerts/%zz', status: 400, code: 'BAD_URL' },
  { name: 'percent-encoded bytes that are no text', method: 'GET', path: '/%c3%28/%ff', status: 400, code: 'BAD_URL' },
]

const text = { 'content-type': 'text/plain' }
const untyped = (name: string, path: string, body: string, headers: Record<string, string>): BadInput => ({
  name,
  method: 'POST',
  path,
  body,
  headers,
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  wants: /application\/json/,
})

export const badTypes: BadInput[] = [
  untyped('an alert as text/plain', '/api/v1/alerts', '{"market":"fr","searchText":"a"}', text),
  untyped('an alert as a form', '/api/v1/alerts', 'market=fr&searchText=a', {
    'content-type': 'application/x-www-form-urlencoded',
  }),
  untyped('an alert as XML', '/api/v1/alerts', '<alert market="fr"/>', { 'content-type': 'application/xml' }),
  untyped('a command as text/plain', '/api/v1/worker/main/execute', '{"type":"scrape"}', text),
  {
    name: 'a body of 64 KiB and a byte',
    method: 'POST',
    path: '/api/v1/alerts',
    body: { market: 'fr', searchText: 'x'.repeat(64 * 1024 + 1) },
    status: 413,
    code: 'BODY_TOO_LARGE',
    wants: /larger/,
  },
]

const COOKIES = '/api/v1/token/cookies'
const session = { market: 'fr', userAgent: 'Mozilla/5.0 (junk)', cookies: 'a=b' }

export const badSessions: BadInput[] = [
  ...badFields('POST', COOKIES, [
    ['nothing', undefined, 'body', /nothing/, /object/],
    ['an unknown market', { ...session, market: 'zz' }, 'market', /got "zz"/, /wants a market/],
    ['an unknown field', { ...session, workers: ['worker-fr'] }, 'workers', undefined, /not a field/],
    ['a number for a User-Agent', { ...session, userAgent: 1 }, 'userAgent', undefined, /string/],
    ['a short User-Agent', { ...session, userAgent: 'x' }, 'userAgent', undefined, />=10/],
    ['empty cookies', { ...session, cookies: '' }, 'cookies', undefined, /./],
    ['an object for cookies', { ...session, cookies: { a: 'b' } }, 'cookies', undefined, /./],
    [
      '101 cookies',
      { ...session, cookies: Array.from({ length: 101 }, () => ({ name: 'a', value: 'b' })) },
      'cookies',
      undefined,
      /./,
    ],
  ]),
  ...(
    [
      ['without a token', 'a=b', /access_token_web/],
      ['with an empty token', 'access_token_web=; a=b', /token/],
      ['that are no cookies', '\u{1f36a};;;===;', /token/],
      ['with a token of long ago', `access_token_web=a.${Buffer.from('{"exp":1}').toString('base64url')}.b`, /expired/],
    ] as const
  ).map(([name, cookies, wants]) => ({
    name: `cookies ${name}`,
    method: 'POST',
    path: COOKIES,
    body: { ...session, cookies },
    status: 400,
    code: 'VALIDATION_FAILED',
    wants,
  })),
  { ...notFound('POST', COOKIES, { ...session, worker: 'worker-zz' }), wants: /worker-zz/ },
  { ...notFound('POST', '/api/v1/token/refresh/force', { worker: 'worker-zz' }), wants: /worker-zz/ },
  ...badFields('POST', '/api/v1/token/refresh/force', [
    ['an unknown market', { market: 'zz' }, 'market', /zz/, /./],
    ['an unknown field', { force: true }, 'force', undefined, /not a field/],
    ['a list of markets', { market: ['fr'] }, 'market', /a list of 1/, /string/],
  ]),
]
