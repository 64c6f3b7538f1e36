import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { comparePrice } from '../../../../main-worker/finds/compare-price.ts'
import { readFindCursor, writeFindCursor } from '../../../../main-worker/finds/find-cursor.ts'
import { findFilter, FindQuery } from '../../../../main-worker/finds/find-query.ts'
import { findsPath, parseFindPage } from '../../../../main-worker/finds/parse-find-page.ts'
import { readFinds } from '../../../../main-worker/finds/read-finds.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { ALERT_ID, makeFind } from './make-find.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')

describe('a price against the median', () => {
  test('is told in whole percents below or above', () => {
    assert.equal(comparePrice(44, { price: 50, listings: 43 })?.percent, -12)
    assert.equal(comparePrice(75, { price: 50, listings: 43 })?.percent, 50)
    assert.equal(comparePrice(49.9, { price: 50, listings: 43 })?.percent, 0)
  })

  test('is not told of fewer than five listings, of none, or where everything is free', () => {
    assert.equal(comparePrice(44, { price: 50, listings: 4 }), null)
    assert.ok(comparePrice(44, { price: 50, listings: 5 }))
    assert.equal(comparePrice(44, undefined), null)
    assert.equal(comparePrice(44, { price: 0, listings: 9 }), null)
  })
})

describe('what the history is asked', () => {
  test('a cursor is where a page ended, to the microsecond; what is none is refused by name', () => {
    const { foundAt, itemId, alertId } = makeFind()
    const cursor = writeFindCursor({ foundAt, itemId, alertId })
    assert.deepEqual(readFindCursor(cursor), { foundAt, itemId, alertId })
    for (const text of ['', 'x', cursor.slice(3), Buffer.from('[1,2,3]').toString('base64url')])
      assert.equal(readFindCursor(text), null)
    const [issue] = FindQuery.safeParse({ cursor: 'x' }).error?.issues ?? []
    assert.deepEqual([issue?.path, issue?.message], [['cursor'], 'wants a nextCursor of an earlier answer'])
  })

  test('a form sends every field, the empty ones too, and prices with a comma', () => {
    const page = parseFindPage(
      { q: ' robe  noire ', alertId: '', priceMin: '12,50', priceMax: '', period: '7', x: '1' },
      NOW,
    )
    assert.deepEqual(page.filter, { words: ['robe', 'noire'], priceMin: 12.5, since: '2026-11-15T12:00:00.000Z' })
    assert.deepEqual(page.typed, { q: 'robe  noire', priceMin: '12,50', period: '7' })
    assert.deepEqual(page.problems, [])
  })

  test('the link to one alert’s finds asks for that alert and nothing else', () => {
    const link = new URL(findsPath(ALERT_ID), 'http://vigie.test')
    const page = parseFindPage(Object.fromEntries(link.searchParams), NOW)
    assert.deepEqual([link.pathname, page.filter, page.problems], ['/finds', { alertId: ALERT_ID }, []])
  })

  test('what is wrong is named field by field, and the rest still counts', () => {
    const page = parseFindPage(
      { q: 'robe', priceMin: 'x', market: 'zz', mark: 'loved', period: '9', alertId: '1' },
      NOW,
    )
    assert.deepEqual(page.problems.sort(), ['alertId', 'mark', 'market', 'period', 'priceMin'])
    assert.deepEqual(page.filter, { words: ['robe'] })
    assert.equal(page.typed.priceMin, 'x')
    assert.deepEqual(parseFindPage({ priceMin: '9', priceMax: '8' }, NOW).problems, ['priceMax'])
  })

  test('more than ten words are no better than ten', () => {
    assert.equal(findFilter({ q: 'a b c d e f g h i j k l' }, NOW).words?.length, 10)
  })

  test('a page has a next one only when there is more, and asks for one median per alert', async () => {
    const rows = [1, 2, 3].map((itemId) => makeFind({ itemId }))
    const database = fakeDatabase({
      list_finds: ({ most }) => rows.slice(0, most),
      read_medians: ({ alert_ids }) => alert_ids.map((alertId) => ({ alertId, price: 60, listings: 9 })),
    })
    const ask = { filter: {}, cursor: null, scope: null }
    const page = await readFinds({ database }, { ...ask, most: 2 })
    assert.equal(readFindCursor(page.nextCursor ?? '')?.itemId, 2)
    assert.equal(page.finds[0]?.comparison?.percent, -50)
    assert.deepEqual(database.argsOf('read_medians'), [{ alert_ids: [ALERT_ID] }])
    assert.equal((await readFinds({ database }, { ...ask, most: 3 })).nextCursor, null)
  })
})
