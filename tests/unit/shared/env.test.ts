import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  apiSecret,
  cookieKey,
  flag,
  interval,
  InvalidEnvironmentError,
  number,
  readEnvironment,
  secret,
  text,
  url,
  variable,
  workers,
} from '#shared/env.ts'

const table = {
  PORT: variable(number(8080, 1, 65_535), '8080'),
  API_SECRET: secret(apiSecret, 'openssl rand -hex 32'),
  NAME: variable(text.optional(), 'FR'),
  SITE: variable(url, 'https://example.org'),
  EVERY: variable(interval(300_000), '300000'),
  AUTO: variable(flag, 'false'),
}
const good = { API_SECRET: 'k'.repeat(32), SITE: 'https://example.org' }

function problemsOf(environment: Record<string, string>, check?: () => string[]): string {
  try {
    readEnvironment(table, environment, check)
  } catch (error) {
    assert.ok(error instanceof InvalidEnvironmentError)
    return error.message
  }
  return ''
}
const every = (value: string) => readEnvironment(table, { ...good, EVERY: value }).EVERY

test('what is not set, or empty, has its default', () => {
  const values = readEnvironment(table, { ...good, NAME: '', PORT: '' })
  assert.deepEqual(values, { ...good, PORT: 8080, NAME: undefined, EVERY: 300_000, AUTO: false })
})

test('every problem is listed at once, each with name, what it got and an example', () => {
  const text = problemsOf({ PORT: '99999', SITE: 'ftp://x', EVERY: 'soon', AUTO: 'yes' })
  const lines = text.split('\n').slice(1)
  assert.equal(lines.length, 5)
  for (const name of ['PORT', 'API_SECRET', 'SITE', 'EVERY', 'AUTO']) assert.match(text, new RegExp(`- ${name}: `))
  assert.match(text, /PORT: got "99999"; wants a whole number from 1 to 65535\. Example: 8080/)
  assert.match(text, /API_SECRET: is not set; is required\. Example: openssl rand -hex 32/)
  assert.match(text, /AUTO: got "yes"; wants true or false/)
})

test('a wrong secret is described, never shown', () => {
  const text = problemsOf({ ...good, API_SECRET: 'hunter2' })
  assert.match(text, /API_SECRET: got 7 characters; wants 32 characters or more/)
  assert.ok(!text.includes('hunter2'))
})

test('problems between variables join the list', () => {
  assert.match(
    problemsOf({ ...good, PORT: 'x' }, () => ['A and B: exclude each other']),
    /PORT[^]*A and B: exclude/,
  )
})

test('numbers are whole, plain and within their bounds', () => {
  for (const PORT of ['1', '65535']) assert.equal(readEnvironment(table, { ...good, PORT }).PORT, Number(PORT))
  for (const PORT of ['0', '-1', '1.5', '1e3', '0x10', ' 80', 'NaN', '９'])
    assert.match(problemsOf({ ...good, PORT }), /PORT/, PORT)
})

test('an interval of 0, off, or longer than a timer holds, turns the clock off', () => {
  assert.equal(every('1'), 1)
  assert.equal(every('2147483647'), 2_147_483_647)
  for (const off of ['0', 'off', 'OFF', '2147483648', '999999999999999']) assert.equal(every(off), null, off)
  for (const wrong of ['-1', '5m', '1.5', 'on']) assert.match(problemsOf({ ...good, EVERY: wrong }), /EVERY/, wrong)
})

test('anything above 2147483647 is off, however long it is', () => {
  for (const off of ['9999999999999999', '1'.repeat(40)]) assert.equal(every(off), null, off)
})

test('a cookie key is 32 bytes in base64', () => {
  assert.ok(cookieKey.safeParse(Buffer.alloc(32).toString('base64')).success)
  for (const wrong of ['', 'x', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')])
    assert.ok(!cookieKey.safeParse(wrong).success)
})

test('workers are a JSON list of complete entries with different ids', () => {
  const fr = { id: 'worker-fr', name: 'FR', region: 'cdg', url: 'https://worker-fr.fly.dev' }
  assert.deepEqual(workers.parse(JSON.stringify([fr])), [fr])
  const wrong = [
    '{',
    '{}',
    'null',
    JSON.stringify([fr, fr]),
    JSON.stringify([{ ...fr, url: 'ftp://x' }]),
    JSON.stringify([{ ...fr, id: 'Worker FR' }]),
    JSON.stringify([{ ...fr, token: 'x' }]),
    JSON.stringify([{ id: 'worker-fr' }]),
  ]
  for (const text of wrong) assert.ok(!workers.safeParse(text).success, text)
})
