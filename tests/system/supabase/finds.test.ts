import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { FindFilter, FindRow } from '../../../shared/database/finds.ts'
import { checkOf, listing, makeAlert, record } from '../../support/supabase/checks.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

const MEMBER = '11111111-1111-4111-8111-111111111111'

describe('the history of finds', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(async () => {
    await vigie.reset()
    await vigie.query(`insert into public.people (id, role, name, chat_id) values ($1, 'member', 'M', '77')`, [MEMBER])
  })
  after(() => vigie.close())

  /** An alert of its own that found these titles, the first one last. */
  async function finds(titles: Record<number, string>, fields: Record<string, unknown> = {}, prices = {}) {
    const alert = await makeAlert(vigie, fields)
    const search = { key: alert.id, canonical: alert.id, market: 'fr' }
    await record(vigie, checkOf([1], [alert], { search, prices }))
    const page = [
      ...Object.keys(titles)
        .map(Number)
        .sort((a, b) => b - a),
      1,
    ]
    const listings = Object.fromEntries(
      page.map((id) => [
        String(id),
        { ...listing(id, (prices as Record<number, number>)[id]), title: titles[id] ?? '' },
      ]),
    )
    await record(vigie, checkOf(page, [alert], { search, listings }))
    return alert
  }
  const list = (filter: FindFilter = {}, rest: Partial<Parameters<typeof vigie.call<'list_finds'>>[1]> = {}) =>
    vigie.call('list_finds', { filter, most: 10, ...rest })
  const ids = (rows: readonly FindRow[]): number[] => rows.map(({ itemId }) => itemId)

  test('all words must be in the title, in any order and case, with or without accents', async () => {
    await finds({ 2: 'Robe d’été NOIRE', 3: 'Robe rouge', 4: 'Écharpe noire' })
    assert.deepEqual(ids(await list({ words: ['noire'] })), [4, 2])
    assert.deepEqual(ids(await list({ words: ['NOIR', 'robe'] })), [2])
    assert.deepEqual(ids(await list({ words: ['ete'] })), [2])
    assert.deepEqual(ids(await list({ words: ['ÉCHARPE'] })), [4])
    assert.deepEqual(ids(await list({ words: ['robe', 'écharpe'] })), [])
  })

  test('words are literals: what a pattern would take for anything is looked for as it is', async () => {
    await finds({ 2: '100% laine', 3: 'taille_38', 4: String.raw`a\b`, 5: 'rien' })
    assert.deepEqual(ids(await list({ words: ['%'] })), [2])
    assert.deepEqual(ids(await list({ words: ['_'] })), [3])
    assert.deepEqual(ids(await list({ words: ['\\'] })), [4])
    assert.deepEqual(ids(await list({ words: ["'; drop table alerts; --"] })), [])
  })

  test('it is filtered by alert, market, price, period and mark', async () => {
    const cheap = await finds({ 2: 'a', 3: 'b' }, {}, { 2: 5, 3: 50 })
    const british = await finds({ 4: 'c' }, { market: 'uk' })
    assert.deepEqual(ids(await list({ alertId: cheap.id })), [3, 2])
    assert.deepEqual(ids(await list({ market: 'uk' })), [4])
    assert.deepEqual(ids(await list({ priceMax: 5 })), [2])
    assert.deepEqual(ids(await list({ priceMin: 50 })), [3])
    await vigie.query(`update public.alert_matches set found_at = now() - interval '3 days' where item_id = 2`)
    const yesterday = new Date(Date.now() - 86_400_000).toISOString()
    assert.deepEqual(ids(await list({ since: yesterday })), [4, 3])
    assert.deepEqual(ids(await list({ until: yesterday })), [2])
    await vigie.call('mark_find', { alert_id: british.id, item_id: 4, mark: 'kept' })
    await vigie.call('mark_find', { alert_id: cheap.id, item_id: 3, mark: 'dismissed' })
    assert.deepEqual(ids(await list({ mark: 'kept' })), [4])
    assert.deepEqual(ids(await list({ mark: 'dismissed' })), [3])
    assert.deepEqual(ids(await list({ mark: 'new' })), [2])
  })

  test('pages follow each other without a gap or a repeat, though finds of one check share their time', async () => {
    await finds(Object.fromEntries(Array.from({ length: 12 }, (_, place) => [place + 2, `t${place}`])))
    await finds({ 5: 'the same listing for another alert', 20: 'x' })
    const seen: FindRow[] = []
    for (;;) {
      const last = seen.at(-1)
      const before = last ? { foundAt: last.foundAt, itemId: last.itemId, alertId: last.alertId } : null
      const page = await list({}, { most: 5, before })
      if (page.length === 0) break
      seen.push(...page)
    }
    assert.equal(seen.length, 14)
    assert.deepEqual(ids(seen), ids(await list({}, { most: 100 })))
  })

  test('what was there before the first check is no find', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([3, 2, 1], [alert]))
    assert.deepEqual(await list(), [])
  })

  test('a member sees, marks and asks about the finds of their own alerts only', async () => {
    const others = await finds({ 2: 'of the owner' })
    const own = await finds({ 3: 'of the member' })
    await vigie.query('update public.alerts set person_id = $1 where id = $2', [MEMBER, own.id])
    assert.deepEqual(ids(await list({}, { person_id: MEMBER })), [3])
    const foreign = { alert_id: others.id, item_id: 2, person_id: MEMBER }
    assert.equal(await vigie.call('get_find', foreign), null)
    assert.equal(await vigie.call('mark_find', { ...foreign, mark: 'kept' }), null)
    assert.equal((await vigie.call('get_find', { ...foreign, person_id: null }))?.mark, null)
    const choices = await vigie.call('list_find_alerts', { most: 10, person_id: MEMBER })
    assert.deepEqual(
      choices.map(({ id }) => id),
      [own.id],
    )
  })

  test('a mark can be taken back, and no other word is one', async () => {
    const alert = await finds({ 2: 'x' })
    const key = { alert_id: alert.id, item_id: 2 }
    assert.equal((await vigie.call('mark_find', { ...key, mark: 'kept' }))?.mark, 'kept')
    assert.equal((await vigie.call('mark_find', { ...key, mark: null }))?.mark, null)
    await assert.rejects(vigie.query(`update public.alert_matches set mark = 'loved' where item_id = 2`), /mark_check/)
  })

  test('whether it is for sale holds for every alert of the market that found it', async () => {
    const one = await finds({ 2: 'x' })
    const two = await finds({ 2: 'x' })
    const british = await finds({ 2: 'x' }, { market: 'uk' })
    const saved = await vigie.call('save_sale', { alert_id: one.id, item_id: 2, state: 'gone' })
    assert.equal(saved?.sale?.state, 'gone')
    const saleOf = async (alertId: string) => (await vigie.call('get_find', { alert_id: alertId, item_id: 2 }))?.sale
    assert.equal((await saleOf(two.id))?.state, 'gone')
    assert.equal(await saleOf(british.id), null)
  })

  test('the median is of all that an alert has seen, told or not', async () => {
    const alert = await finds({ 2: 'a', 3: 'b', 4: 'c' }, {}, { 1: 10, 2: 20, 3: 30, 4: 100 })
    assert.deepEqual(await vigie.call('read_medians', { alert_ids: [alert.id] }), [
      { alertId: alert.id, price: 25, listings: 4 },
    ])
  })

  test('a find that is kept outlives the month that others have', async () => {
    const alert = await finds({ 2: 'kept', 3: 'not kept' })
    await vigie.call('mark_find', { alert_id: alert.id, item_id: 2, mark: 'kept' })
    await vigie.query(`update public.alert_matches set found_at = found_at - interval '31 days'`)
    await vigie.query('delete from public.seen_items')
    await vigie.call('purge_old', { most: 1_000 })
    assert.deepEqual(ids(await list()), [2])
  })
})
