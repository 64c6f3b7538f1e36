import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Alert } from '../../../shared/contracts/alert.ts'
import { beginOwn, plan } from '../../support/supabase/runs.ts'
import { checkOf, failedCheck, makeAlert, record, SEARCH } from '../../support/supabase/checks.ts'
import type { CheckOptions } from '../../support/supabase/checks.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

const CHEAP = { key: 'cheap-ones', canonical: 'fr?price_to=50&search_text=robe', market: 'fr' }

describe('one page for several searches', () => {
  let vigie: VigieDatabase
  let wide: Alert
  let cheap: Alert
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(async () => {
    await vigie.reset()
    wide = await makeAlert(vigie)
    cheap = await makeAlert(vigie, { priceMax: 50, chatId: 'chat-2' })
  })
  after(() => vigie.close())

  /** Item ids below 50 are the cheap ones. */
  const isCheap = (id: number): boolean => id < 50
  const takes = ({ id }: { id: string }, item: number): boolean => id !== cheap.id || isCheap(item)
  const own = (page: number[]) => record(vigie, checkOf(page.filter(isCheap), [cheap], { search: CHEAP, takes }))
  /** The page of the broader search, for both. */
  const shared = async (page: number[], options: CheckOptions = {}) => {
    const check = checkOf(page, [wide, cheap], { takes, ...options })
    const alerts = check.alerts.map((share) =>
      share.alertId === cheap.id ? { ...share, searchKey: CHEAP.key } : share,
    )
    const parts = [{ search: CHEAP, itemIds: page.filter(isCheap) }]
    const recorded = await record(vigie, { ...check, alerts, parts })
    return Object.fromEntries(
      recorded.alerts.map(({ alertId, newIds }) => [alertId === cheap.id ? 'cheap' : 'wide', newIds]),
    )
  }
  const begin = async (): Promise<void> => {
    await record(vigie, checkOf([90, 30, 10], [wide], { takes }))
    await own([30, 10])
  }

  test('it tells each search its own, once, however it is asked next', async () => {
    await begin()
    assert.deepEqual(await shared([91, 31, 90, 30, 10]), { wide: [91, 31], cheap: [31] })
    assert.deepEqual((await own([32, 31, 30, 10])).alerts[0]?.newIds, [32])
    assert.deepEqual(await shared([32, 91, 31, 90, 30]), { wide: [32], cheap: [] })
  })

  test('a search that was not checked since the broader one is left as it was, to be asked by itself', async () => {
    await own([30, 10])
    await record(vigie, checkOf([90, 30, 10], [wide], { takes }))
    const before = (await vigie.call('get_alert', { id: cheap.id }))?.lastCheckedAt
    assert.deepEqual(await shared([31, 90, 30, 10]), { wide: [31] })
    assert.equal((await vigie.call('get_alert', { id: cheap.id }))?.lastCheckedAt, before)
    assert.deepEqual((await own([31, 30, 10])).alerts[0]?.newIds, [31])
  })

  test('a page that overflows checks nobody but its own alerts, and is remembered', async () => {
    await begin()
    assert.deepEqual(await shared([99, 98, 45]), { wide: [99, 98, 45] })
    const rates = await vigie.call('read_search_rates', {})
    assert.ok(rates.find(({ key }) => key === SEARCH.key)?.overflow)
    assert.equal(rates.find(({ key }) => key === CHEAP.key)?.overflow, null)
    assert.deepEqual((await own([45, 44, 30, 10])).alerts[0]?.newIds, [45, 44])
  })

  test('an alert that has something to catch up is asked by its own page, which reaches further', async () => {
    await begin()
    await vigie.call('update_alert', { id: cheap.id, changes: { excludedWords: ['lin'] } })
    assert.deepEqual(await shared([31, 90, 30]), { wide: [31] })
    assert.equal((await own([31, 30, 10])).alerts[0]?.mode, 'catch-up')
  })

  test('an alert without a baseline gets none from a broader page', async () => {
    await record(vigie, checkOf([90, 30, 10], [wide], { takes }))
    assert.deepEqual(await shared([31, 90, 30, 10]), { wide: [31] })
    assert.equal((await own([31, 30, 10])).alerts[0]?.mode, 'baseline')
  })

  test('a price that falls into the range of the narrower search is told there, as its own page would', async () => {
    await begin()
    const both = checkOf([91, 90, 30, 10], [wide, cheap])
    const alerts = both.alerts.map((share) =>
      share.alertId === cheap.id ? { ...share, searchKey: CHEAP.key, matchIds: [90, 30, 10] } : share,
    )
    const { alerts: told } = await record(vigie, {
      ...both,
      alerts,
      parts: [{ search: CHEAP, itemIds: [90, 30, 10] }],
    })
    assert.deepEqual(told.find(({ alertId }) => alertId === cheap.id)?.newIds, [90])
  })

  test('a price that falls when the listing has left the broader page is told by the search’s own page', async () => {
    await begin()
    assert.deepEqual(await shared([95, 94, 93, 30]), { wide: [95, 94, 93], cheap: [] })
    assert.deepEqual((await own([30, 20, 10])).alerts[0]?.newIds, [20])
  })

  test('a broader search that the site calls invalid parks its own alerts only', async () => {
    await begin()
    const check = failedCheck('bad-search', [wide, cheap])
    const alerts = check.alerts.map((share) =>
      share.alertId === cheap.id ? { ...share, searchKey: CHEAP.key } : share,
    )
    await record(vigie, { ...check, alerts, parts: [{ search: CHEAP, itemIds: [] }] })
    const parked = async ({ id }: Alert) => (await vigie.call('get_alert', { id }))?.parkedReason
    assert.deepEqual([await parked(wide), await parked(cheap)], ['said bad-search', null])
  })

  test('what was not checked is nothing that the run has to answer for', async () => {
    await own([30, 10])
    await record(vigie, checkOf([90, 30, 10], [wide], { takes }))
    const begun = await beginOwn(vigie)
    await plan(vigie, begun, { attempt: 1, alerts: [{ id: wide.id }, { id: cheap.id }] })
    await shared([31, 90, 30, 10], { runId: begun.runId, attempt: 1 })
    const run = await vigie.call('get_run', { run_id: begun.runId })
    assert.deepEqual(
      run?.alerts.map(({ alertId, verdict }) => [alertId, verdict]),
      [[wide.id, 'ok']],
    )
  })

  test('rates are learned for each search by itself, and each find knows the check before it', async () => {
    await begin()
    await vigie.query(`update public.searches set last_good_at = last_good_at - interval '1 hour'`)
    await vigie.query(`update public.alerts set last_checked_at = last_checked_at - interval '1 hour'`)
    await shared([92, 91, 31, 90, 30, 10])
    const rates = await vigie.call('read_search_rates', {})
    const of = (key: string) => rates.find((row) => row.key === key)
    assert.deepEqual([of(SEARCH.key)?.listings, of(SEARCH.key)?.finds], [3, 3])
    assert.deepEqual([of(CHEAP.key)?.listings, of(CHEAP.key)?.finds], [1, 1])
    const ages = await vigie.query<{ hours: number }>(
      `select a.name, round(extract(epoch from m.found_at - m.listed_after) / 3600)::int as hours
       from public.alert_matches m join public.alerts a on a.id = m.alert_id where m.is_find`,
    )
    assert.deepEqual(new Set(ages.map(({ hours }) => hours)), new Set([1]))
    assert.equal(ages.length, 4)
  })
})
