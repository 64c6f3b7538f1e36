import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Alert } from '../../../shared/contracts/alert.ts'
import { checkOf, makeAlert, record, SEARCH } from '../../support/supabase/checks.ts'
import type { CheckOptions } from '../../support/supabase/checks.ts'
import { claimMessage, deliverAll, deliverInWords, inWords, settle } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('record_check, what a page means', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const check = (page: number[], alerts: Alert[], options: CheckOptions = {}) =>
    record(vigie, checkOf(page, alerts, options))

  /** An alert that has seen `page` and whose first message is gone. */
  const withBaseline = async (page: number[], fields: Record<string, unknown> = {}): Promise<Alert> => {
    const alert = await makeAlert(vigie, fields)
    await check(page, [alert])
    await deliverAll(vigie)
    return alert
  }

  test('the first good check tells one message, however many listings are there', async () => {
    const alert = await makeAlert(vigie)
    const page = Array.from({ length: 96 }, (_, place) => 1000 - place)
    const { alerts, recorded } = await check(page, [alert])
    assert.equal(recorded, true)
    assert.deepEqual(alerts, [{ alertId: alert.id, mode: 'baseline', matches: 96, newMatches: 0, newIds: [] }])
    const [message, ...more] = await deliverAll(vigie)
    assert.deepEqual(more, [])
    assert.ok(message)
    assert.equal(inWords(message), 'baseline 96 (Robes)')
    const payload = message.notifications[0]?.payload
    assert.ok(payload && 'newest' in payload)
    assert.deepEqual(
      payload.newest.map((item) => item.itemId),
      [1000, 999, 998],
    )
  })

  test('a first page without rows is a baseline too, and says so', async () => {
    const alert = await makeAlert(vigie)
    await check([], [alert])
    assert.deepEqual(await deliverInWords(vigie), ['baseline 0 (Robes)'])
    assert.notEqual((await vigie.call('get_alert', { id: alert.id }))?.lastCheckedAt, null)
  })

  test('a listing above the last known row is told once', async () => {
    const alert = await withBaseline([3, 2, 1])
    const { alerts } = await check([4, 3, 2, 1], [alert])
    assert.deepEqual(alerts, [{ alertId: alert.id, mode: 'normal', matches: 4, newMatches: 1, newIds: [4] }])
    assert.deepEqual(await deliverInWords(vigie), ['find 4 (Robes)'])
    const again = await check([4, 3, 2, 1], [alert])
    assert.equal(again.alerts[0]?.newMatches, 0)
    assert.deepEqual(await deliverInWords(vigie), [])
  })

  test('a listing between known rows is new: the order is by publication, and boosted rows leave holes', async () => {
    const alert = await withBaseline([3, 1])
    await check([3, 2, 1], [alert])
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)'])
  })

  test('an unknown row below the known ones slid up: it is recorded in silence, for good', async () => {
    const alert = await withBaseline([5, 4, 3])
    const { alerts } = await check([5, 4, 2], [alert])
    assert.equal(alerts[0]?.newMatches, 0)
    await check([5, 2], [alert])
    await check([2], [alert])
    assert.deepEqual(await deliverInWords(vigie), [])
  })

  test('finds of one check arrive in the order of publication', async () => {
    const alert = await withBaseline([1])
    await check([9, 8, 7, 6, 5, 4, 3, 2, 1], [alert])
    assert.deepEqual(
      await deliverInWords(vigie),
      [2, 3, 4, 5, 6, 7, 8, 9].map((id) => `find ${id} (Robes)`),
    )
  })

  test('an empty page is a good page: the next listings are told one by one', async () => {
    const alert = await withBaseline([2, 1])
    const empty = await check([], [alert])
    assert.deepEqual(empty.alerts[0]?.mode, 'normal')
    await check([4, 3], [alert])
    assert.deepEqual(await deliverInWords(vigie), ['find 3 (Robes)', 'find 4 (Robes)'])
  })

  test('an empty page in between makes nothing new of what was known', async () => {
    const alert = await withBaseline([2, 1])
    await check([], [alert])
    await check([2, 1], [alert])
    assert.deepEqual(await deliverInWords(vigie), [])
  })

  test('a page without any known row after a non-empty one is told as one digest', async () => {
    const alert = await withBaseline([3, 2, 1])
    const { alerts } = await check([9, 8, 7], [alert])
    assert.deepEqual([alerts[0]?.mode, alerts[0]?.newIds], ['overflow', [9, 8, 7]])
    const [message, ...more] = await deliverAll(vigie)
    assert.ok(message)
    assert.deepEqual([inWords(message), more], ['digest 3 (Robes)', []])
    await check([9, 8, 7], [alert])
    assert.deepEqual(await deliverInWords(vigie), [])
  })

  test('an overflow of one listing is a plain find', async () => {
    const alert = await withBaseline([1])
    await check([2], [alert])
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)'])
  })

  test('each alert of a search gets its own share of the page', async () => {
    const all = await withBaseline([2, 1])
    const even = await withBaseline([2, 1], { name: 'Paires', chatId: 'chat-2' })
    const takes: CheckOptions['takes'] = ({ id }, item) => id === all.id || item % 2 === 0
    const { alerts } = await check([4, 3, 2, 1], [all, even], { takes })
    const byId = new Map(alerts.map((alert) => [alert.alertId, alert]))
    assert.deepEqual([byId.get(all.id)?.matches, byId.get(all.id)?.newIds], [4, [4, 3]])
    assert.deepEqual([byId.get(even.id)?.matches, byId.get(even.id)?.newIds], [2, [4]])
    const words = await deliverInWords(vigie)
    assert.deepEqual(words.sort(), ['find 3 (Robes)', 'find 4 (Paires)', 'find 4 (Robes)'])
  })

  test('an alert that joins a known search is silent about what was there', async () => {
    const first = await withBaseline([2, 1])
    const second = await makeAlert(vigie, { name: 'Jupes' })
    const { alerts } = await check([3, 2, 1], [first, second])
    assert.deepEqual(alerts.map(({ mode }) => mode).sort(), ['baseline', 'normal'])
    assert.deepEqual((await deliverInWords(vigie)).sort(), ['baseline 3 (Jupes)', 'find 3 (Robes)'])
  })

  test('two alerts of one chat that match one listing make one message naming both', async () => {
    const alerts = [await withBaseline([1]), await withBaseline([1], { name: 'Jupes' })]
    await check([2, 1], alerts)
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Jupes, Robes)'])
  })

  test('a listing that this chat was told for another alert is merged, not told again', async () => {
    const [robes, jupes] = [await withBaseline([1]), await withBaseline([1], { name: 'Jupes' })]
    await check([2, 1], [robes])
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)'])
    const other = { key: 'another', canonical: 'fr?search_text=jupe', market: 'fr' }
    await check([1], [jupes], { search: other })
    await check([2, 1], [jupes], { search: other })
    assert.deepEqual(await deliverInWords(vigie), [])
    const merged = await vigie.call('list_outbox', { status: 'merged', most: 10 })
    assert.deepEqual(
      merged.map(({ alertId, itemId }) => [alertId, itemId]),
      [[jupes.id, 2]],
    )
  })

  test('topics of one chat are told apart', async () => {
    const [robes, jupes] = [await withBaseline([1], { topicId: 7 }), await withBaseline([1], { name: 'Jupes' })]
    await check([2, 1], [robes, jupes])
    const sent = await deliverAll(vigie)
    assert.deepEqual(new Set(sent.map(({ topicId }) => topicId)), new Set([7, null]))
  })

  test('a cheaper listing is told again from the percentage on, and from its new price', async () => {
    const alert = await withBaseline([2, 1], { priceDropPercent: 10 })
    const prices = async (price: number): Promise<string[]> => {
      await check([2, 1], [alert], { prices: { 1: price } })
      return deliverInWords(vigie)
    }
    assert.deepEqual(await prices(18.01), [])
    assert.deepEqual(await prices(18), ['drop 1 (Robes)'])
    assert.deepEqual(await prices(18), [])
    assert.deepEqual(await prices(16.21), [])
    assert.deepEqual(await prices(16.2), ['drop 1 (Robes)'])
    // Up and down again to a price that was told: never twice.
    assert.deepEqual(await prices(30), [])
    assert.deepEqual(await prices(16.2), [])
  })

  test('without a percentage a cheaper listing is not told', async () => {
    const alert = await withBaseline([1])
    await check([1], [alert], { prices: { 1: 1 } })
    assert.deepEqual(await deliverInWords(vigie), [])
  })

  test('a page that names a row twice is recorded once', async () => {
    const alert = await withBaseline([1])
    const { alerts } = await check([2, 2, 1], [alert])
    assert.deepEqual(alerts[0]?.newIds, [2])
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)'])
  })

  test('a find keeps its listing, and the alert the time of its last match', async () => {
    const alert = await withBaseline([1])
    assert.equal((await vigie.call('get_alert', { id: alert.id }))?.lastMatchAt, null)
    await check([2, 1], [alert])
    const finds = await vigie.query('select item_id::int as id, listing from public.alert_matches where is_find')
    assert.deepEqual(finds, [{ id: 2, listing: checkOf([2], []).listings['2'] }])
    assert.notEqual((await vigie.call('get_alert', { id: alert.id }))?.lastMatchAt, null)
  })

  test('the same call repeated outside a run doubles no message', async () => {
    const alert = await withBaseline([1])
    const overflow = checkOf([9, 8], [alert])
    await record(vigie, overflow)
    await record(vigie, overflow)
    const find = checkOf([10, 9, 8], [alert])
    await record(vigie, find)
    await record(vigie, find)
    assert.deepEqual(await deliverInWords(vigie), ['digest 2 (Robes)', 'find 10 (Robes)'])
  })

  test('the first page of a search whose alert has a baseline already is one digest, not a flood', async () => {
    const alert = await withBaseline([1])
    await check([8, 7, 6], [alert], { search: { ...SEARCH, key: randomUUID() } })
    assert.deepEqual(await deliverInWords(vigie), ['digest 3 (Robes)'])
  })

  test('a message under way names only the alerts it was claimed for; the next check merges into it', async () => {
    const robes = await withBaseline([1])
    const jupes = await withBaseline([1], { name: 'Jupes' })
    await check([2, 1], [robes])
    const underWay = await claimMessage(vigie)
    const other = { key: 'another', canonical: 'fr?search_text=jupe', market: 'fr' }
    await check([1], [jupes], { search: other })
    await check([2, 1], [jupes], { search: other })
    await settle(vigie, underWay)
    assert.deepEqual(await deliverInWords(vigie), [])
  })
})
