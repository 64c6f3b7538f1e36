import assert from 'node:assert/strict'
import { test } from 'node:test'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { fillJar, readCookies, sealRow, sessionLife, tokenExpiry } from '#shared/sessions/cookie-jar.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const jwt = (payload: unknown): string => `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`
const fr = marketOf('fr')
const cookiesOf = async (...headers: string[]) => Object.fromEntries(await readCookies(await fillJar(headers, fr), fr))

test('the last value that is not empty counts, wherever the empty one stands', async () => {
  const attributes = 'Domain=.vinted.fr; Path=/; Secure; HttpOnly'
  const real = `access_token_web=real; ${attributes}`
  const empty = `access_token_web=; ${attributes}`
  assert.deepEqual(await cookiesOf(empty, real), { access_token_web: 'real' })
  assert.deepEqual(await cookiesOf(real, empty), { access_token_web: 'real' })
  assert.deepEqual(await cookiesOf(`access_token_web=old; ${attributes}`, real), { access_token_web: 'real' })
  assert.deepEqual(await cookiesOf(empty), {})
})

test('cookies of another domain and broken ones are left out', async () => {
  assert.deepEqual(
    await cookiesOf('a=1; Domain=evil.example', 'b=2; Domain=vinted.nl', 'c=3; Path=/', 'nonsense', '', ';;'),
    { c: '3' },
  )
})

test('a value may hold equals signs', async () => {
  assert.deepEqual(await cookiesOf('datadome=a==b=c; Domain=.vinted.fr'), { datadome: 'a==b=c' })
})

test('the life of a token is in its exp, in seconds', () => {
  assert.equal(tokenExpiry(jwt({ exp: NOW / 1000 })), NOW)
  for (const token of ['', 'x', 'a.b.c', jwt({}), jwt({ exp: 'soon' }), jwt(null), jwt(5)])
    assert.equal(tokenExpiry(token), null, token)
})

test('a session is renewed at 80 % of its life', () => {
  const day = 86_400_000
  assert.deepEqual(sessionLife(jwt({ exp: (NOW + day) / 1000 }), NOW), {
    renewAt: NOW + day * 0.8,
    expiresAt: NOW + day,
  })
})

test('a token that says nothing lives two hours, and one that is over is renewed now', () => {
  assert.deepEqual(sessionLife('opaque', NOW), { renewAt: NOW + 5_760_000, expiresAt: NOW + 7_200_000 })
  assert.equal(sessionLife(jwt({ exp: NOW / 1000 - 5 }), NOW).renewAt, NOW)
})

test('a sealed jar belongs to its market and worker', () => {
  assert.equal(sealRow('fr', 'worker-fr'), 'scraping_cookies:fr:worker-fr')
  assert.equal(sealRow('fr', null), 'scraping_cookies:fr:shared')
})
