import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Alert, AlertInput } from '#shared/contracts/alert.ts'
import { isWorthRetrying, Verdict } from '#shared/contracts/verdict.ts'
import { makeAlert } from './make-alert.ts'

const refusedFields = (body: object): string[] =>
  AlertInput.safeParse(body).error?.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')],
  ) ?? []

test('an exported alert can be imported: what is read-only is ignored', () => {
  const {
    id: _1,
    parkedReason: _2,
    parkedUntil: _3,
    createdAt: _4,
    lastCheckedAt: _5,
    lastMatchAt: _6,
    personId: _7,
    ...rest
  } = makeAlert()
  assert.deepEqual(AlertInput.parse(makeAlert()), rest)
  assert.deepEqual(AlertInput.parse({ id: 7, lastMatchAt: {} }), {})
})

test('unknown fields are refused by name', () => {
  assert.deepEqual(refusedFields({ market: 'fr', colour: 'red', priceMaximum: 5 }), ['colour', 'priceMaximum'])
})

test('a change names only what changes: nothing gets a default', () => {
  assert.deepEqual(AlertInput.parse({ priceMax: null, isActive: true }), { priceMax: null, isActive: true })
})

test('wrong values are refused field by field', () => {
  const wrong: object[] = [
    { market: 'france' },
    { name: '  ' },
    { searchText: '' },
    { brandIds: [0] },
    { brandIds: [1.5] },
    { brandIds: ['53'] },
    { sizeIds: Array.from({ length: 201 }, () => 1) },
    { priceMin: -1 },
    { priceMax: 1.005 },
    { priceMax: '5' },
    { priceDropPercent: 0 },
    { priceDropPercent: 100 },
    { language: 'de' },
    { isActive: 'true' },
    { pausedUntil: 'tomorrow' },
    { attributeIds: { 'x]': [1] } },
    { requiredWords: [''] },
    { chatId: 42 },
  ]
  for (const body of wrong) assert.equal(refusedFields(body).length, 1, JSON.stringify(body))
  assert.deepEqual(refusedFields({ sizeIds: Array.from({ length: 200 }, () => 1) }), [])
})

test('every price in cents is a price', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_900 }), (cents) => {
      assert.ok(AlertInput.safeParse({ priceMax: cents / 100 }).success, String(cents))
    }),
  )
})

test('an alert is whole or it is none', () => {
  assert.ok(Alert.safeParse(makeAlert()).success)
  const { language: _language, ...partial } = makeAlert()
  assert.ok(!Alert.safeParse(partial).success)
})

test('another worker may try what was refused or lost, never what was answered or is wrong in itself', () => {
  const final = new Set(['ok', 'protocol-changed', 'bad-search', 'wrong-market'])
  assert.ok(isWorthRetrying(null))
  for (const verdict of Verdict.options) assert.equal(isWorthRetrying(verdict), !final.has(verdict), verdict)
})
