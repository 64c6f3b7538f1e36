import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deriveId } from '../../../../main-worker/alerts/derive-id.ts'
import { onlyOwn } from '../../../../main-worker/alerts/own-alerts.ts'
import { readAlertForm } from '../../../../main-worker/alerts/read-alert-form.ts'
import type { AlertForm } from '../../../../main-worker/alerts/read-alert-form.ts'
import { joinEntries, splitEntries } from '../../../../main-worker/alerts/split-entries.ts'
import { toAlertForm } from '../../../../main-worker/alerts/to-alert-form.ts'
import { makeAlert } from '../../shared/make-alert.ts'

const wrongOf = (form: AlertForm): string[] => {
  const read = readAlertForm({ market: 'fr', searchText: 'nike', ...form })
  return read.kind === 'wrong' ? [...read.fields].sort() : []
}
const goodOf = (form: AlertForm) => {
  const read = readAlertForm({ market: 'fr', searchText: 'nike', ...form })
  assert.equal(read.kind, 'good', JSON.stringify(read.kind === 'wrong' ? [...read.fields] : []))
  return read.kind === 'good' ? read.changes : {}
}

test('an alert in its form, read again, is the same alert', () => {
  const alert = makeAlert({
    name: 'Tout',
    catalogIds: [4, 1904],
    statusIds: [6, 2],
    attributeIds: { patterns: [3, 8], zone: [1] },
    priceMin: 12.5,
    priceMax: 60,
    maxTotalPrice: 70.05,
    brands: ['Nike', 'Comme des Garçons, Play'],
    requiredWords: ['12" vinyl', 'l’été'],
    excludedWords: ['lot'],
    sizes: ['38'],
    blockedSellers: ['someone'],
    priceDropPercent: 10,
    maxMessagesPerHour: 5,
    chatId: '-1001234',
    topicId: 42,
    language: 'en',
  })
  const { name, market, searchText, ...fields } = goodOf(toAlertForm(alert))
  assert.deepEqual([name, market, searchText], ['Tout', 'fr', 'nike air max'])
  for (const [field, value] of Object.entries(fields))
    assert.deepEqual(value, alert[field as keyof typeof alert], field)
})

test('a list that was written for reading is read as the same list', () => {
  const entry = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((text) => !text.includes('\r') && text.trim() === text && text !== '')
  fc.assert(
    fc.property(fc.uniqueArray(entry, { maxLength: 8 }), (entries) => {
      assert.deepEqual(splitEntries(joinEntries(entries)), entries)
    }),
  )
})

test('words may come one a line or with commas between them', () => {
  assert.deepEqual(splitEntries('nike, adidas\r\n\r\n puma ,,nike'), ['nike', 'adidas', 'puma'])
})

test('prices are read as they are written in France and in England', () => {
  assert.equal(goodOf({ priceMax: '12,50' }).priceMax, 12.5)
  assert.equal(goodOf({ priceMax: '12.5' }).priceMax, 12.5)
  assert.equal(goodOf({ priceMax: '' }).priceMax, null)
  for (const price of ['douze', '-1', '1,234', '1e3', '12,505'])
    assert.deepEqual(wrongOf({ priceMax: price }), ['priceMax'], price)
})

test('each field that is wrong is named, all at once', () => {
  const form = {
    priceMin: 'x',
    catalogIds: '4, chaussures',
    maxMessagesPerHour: '0',
    priceDropPercent: '100',
    topicId: '1.5',
  }
  assert.deepEqual(wrongOf(form), ['catalogIds', 'maxMessagesPerHour', 'priceDropPercent', 'priceMin', 'topicId'])
  assert.deepEqual(wrongOf({ attributeIds: 'no colon' }), ['attributeIds'])
  assert.deepEqual(wrongOf({ attributeIds: 'brand: 53' }), ['attributeIds'])
  assert.deepEqual(wrongOf({ market: 'xx' }), ['market'])
  assert.deepEqual(wrongOf({ statusIds: '99' }), ['statusIds'])
  assert.deepEqual(wrongOf({ priceMin: '30', priceMax: '20' }), ['priceMin'])
  assert.deepEqual(wrongOf({ searchText: '', priceMax: '20' }), ['searchText'])
})

test('a form without a chat leaves the chat as it is; an empty one is the default chat', () => {
  assert.equal('chatId' in goodOf({}), false)
  assert.equal(goodOf({ chatId: '' }).chatId, null)
})

test('who was invited cannot choose a chat or the owner’s ways out', () => {
  const changes = { name: 'x', chatId: '5', webhookIds: ['00000000-0000-4000-8000-000000000009'] }
  assert.deepEqual(onlyOwn(changes, 'a-person'), { name: 'x' })
  assert.deepEqual(onlyOwn(changes, null), changes)
})

test('a draft sent twice has one id, a changed one another, and all are UUIDs', () => {
  const id = deriveId('draft', { name: 'x' })
  assert.equal(deriveId('draft', { name: 'x' }), id)
  assert.notEqual(deriveId('draft', { name: 'y' }), id)
  assert.notEqual(deriveId('other', { name: 'x' }), id)
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
