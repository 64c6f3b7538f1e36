import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { classifyResponse, retryAfterMs } from '../../../regional-worker/vinted/classify-response.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/vinted/${name}.json`, import.meta.url), 'utf8')
const errors = JSON.parse(fixture('error-bodies')) as Record<string, { body: object }>
const errorBody = (name: string): string => JSON.stringify(errors[name]?.body)
const PAGE = fixture('svc-catalogue-it-2026-09-19')
const HTML = { 'content-type': 'text/html; charset=utf-8' }
const JSON_TYPE = { 'content-type': 'application/json' }

const classify = (status: number, body = '', headers: Record<string, string> = JSON_TYPE) =>
  classifyResponse({ kind: 'answer', status, headers, setCookies: [], body }, NOW)
const verdict = (...args: Parameters<typeof classify>) => classify(...args).verdict

test('200 with items is ok, even without a content type or with no item at all', () => {
  assert.equal(verdict(200, PAGE), 'ok')
  assert.equal(verdict(200, PAGE, {}), 'ok')
  assert.equal(verdict(200, '{"items":[],"pagination":{}}'), 'ok')
})

test('401 means an expired session', () => {
  assert.deepEqual(classify(401, errorBody('no_or_bad_token')), {
    verdict: 'session-expired',
    detail: "HTTP 401: Jeton d'authentification invalide",
    httpStatus: 401,
    retryAfterMs: null,
  })
  assert.equal(verdict(401, '', {}), 'session-expired')
})

test('200 with an invalid token error means an expired session, in both recorded wordings', () => {
  assert.equal(verdict(200, errorBody('no_or_bad_token')), 'session-expired')
  assert.equal(verdict(200, errorBody('bad_token_older_wording')), 'session-expired')
})

test('403 is a block', () => {
  assert.equal(verdict(403, '{"code":106,"message":"Access denied"}'), 'blocked')
  assert.equal(verdict(403, '<html>Forbidden</html>', HTML), 'blocked')
})

test('a challenge page is a challenge whatever its status', () => {
  const pages = [
    '<title>Client Challenge</title>',
    '<title>Just a moment...</title>',
    '<script src="https://ct.captcha-delivery.com/c.js"></script>',
  ]
  for (const status of [200, 401, 403, 404, 429, 503])
    for (const page of pages) assert.equal(verdict(status, `<!doctype html>${page}`, HTML), 'challenged', `${status}`)
})

test('the words of a challenge inside a listing are only words', () => {
  assert.equal(verdict(200, PAGE.replace('Basket Nike air', 'Just a moment, Client Challenge')), 'ok')
})

test('a page that breaks off is the site’s fault', () => {
  assert.equal(verdict(200, PAGE.slice(0, 5_000)), 'upstream-error')
})

test('the words of a challenge in a page that breaks off are only words', () => {
  assert.equal(verdict(200, '{"items":[{"title":"Just a moment'), 'upstream-error')
})

test('429 is a wish to wait: its seconds or its date, null without one', () => {
  assert.deepEqual(classify(429, '', { 'retry-after': '7' }).retryAfterMs, 7_000)
  const date = new Date(NOW + 90_000).toUTCString()
  assert.equal(classify(429, '', { 'retry-after': date }).retryAfterMs, 90_000)
  const without = classify(429, '{"message":"slow down"}')
  assert.deepEqual([without.verdict, without.retryAfterMs], ['throttled', null])
})

test('a Retry-After is seconds or a date, never negative and nothing else', () => {
  assert.equal(retryAfterMs(' 12 ', NOW), 12_000)
  assert.equal(retryAfterMs('0', NOW), 0)
  assert.equal(retryAfterMs(new Date(NOW - 5_000).toUTCString(), NOW), 0)
  for (const value of [undefined, '', '  ', 'soon']) assert.equal(retryAfterMs(value, NOW), null)
})

test('5xx, a timeout and a reset are the site’s trouble', () => {
  for (const status of [500, 502, 503, 504, 520]) assert.equal(verdict(status, '<html>', HTML), 'upstream-error')
  assert.deepEqual(classifyResponse({ kind: 'no-answer', error: 'read ECONNRESET' }, NOW), {
    verdict: 'upstream-error',
    detail: 'read ECONNRESET',
    httpStatus: 0,
    retryAfterMs: null,
  })
})

test('404 is a changed protocol, as JSON and as HTML', () => {
  assert.equal(verdict(404, errorBody('retired_endpoint')), 'protocol-changed')
  assert.equal(verdict(404, '<html>Not found</html>', HTML), 'protocol-changed')
})

test('400 is a bad search and says what the site says', () => {
  const answer = classify(400, '{"code":99,"message_code":"INVALID_REQUEST","message":"Invalid request"}')
  assert.deepEqual([answer.verdict, answer.detail], ['bad-search', 'HTTP 400: Invalid request'])
})

test('200 without items, or that is no JSON, is a changed protocol and never an empty page', () => {
  for (const body of ['{}', '[]', '{"items":null}', '{"items":{}}'])
    assert.equal(verdict(200, body), 'protocol-changed', body)
  assert.equal(verdict(200, '<html>Welcome</html>', HTML), 'protocol-changed')
  assert.equal(verdict(200, '', {}), 'protocol-changed')
})

test('whole JSON that is no object is a changed protocol', () => {
  for (const body of ['null', '3', '"x"']) assert.equal(verdict(200, body), 'protocol-changed', body)
})

test('a status nobody expects is a changed protocol', () => {
  for (const status of [204, 301, 302, 410, 418]) assert.equal(verdict(status), 'protocol-changed', String(status))
})

test('a long message of the site is cut', () => {
  assert.ok(classify(400, JSON.stringify({ message: 'x'.repeat(5_000) })).detail.length < 250)
})
