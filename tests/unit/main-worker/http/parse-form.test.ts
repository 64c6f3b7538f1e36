import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extractLinks } from '../../../../main-worker/alerts/extract-links.ts'
import { ownPath } from '../../../../main-worker/http/pages/login-pages.ts'
import { parseForm } from '../../../../main-worker/http/pages/parse-form.ts'

/** Of this process alone: the machine may be busy with others. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

test('a field that comes several times is a list, in its order; names of objects are names', () => {
  assert.deepEqual(parseForm('a=1&b=2&a=3&a='), { a: ['1', '3', ''], b: '2' })
  assert.deepEqual(Object.keys(parseForm('__proto__=x&constructor=y')), ['__proto__', 'constructor'])
})

test('20,000 repeats of a field cost what 20,000 fields cost, and more are refused', () => {
  assert.ok(cpuMs(() => parseForm('a=1&'.repeat(20_000))) < 500)
  assert.throws(() => parseForm('a=1&'.repeat(20_001)), /at most 20000 fields/)
})

test('text that no database takes is refused', () => {
  for (const body of ['a=%00', '%00=a']) assert.throws(() => parseForm(body), /NUL/)
})

const elsewhere = [
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'https://evil.example',
  'evil',
  '',
  undefined,
]
for (const next of elsewhere)
  test(`after a login ${JSON.stringify(next)} leads home`, () => assert.equal(ownPath(next), '/'))

test('after a login one comes to where one wanted to go', () => {
  assert.equal(ownPath('/alerts?q=veste&page=2'), '/alerts?q=veste&page=2')
})

test('links are found in any text, and a long one without any costs its length', () => {
  assert.deepEqual(extractLinks('voir (https://www.vinted.fr/catalog?a=1), www.vinted.nl/catalog!'), [
    'https://www.vinted.fr/catalog?a=1',
    'www.vinted.nl/catalog',
  ])
  for (const text of ['a'.repeat(80_000), `http://${'.'.repeat(80_000)}x`, `http://${'!'.repeat(80_000)}`])
    assert.ok(cpuMs(() => extractLinks(text)) < 500)
})
