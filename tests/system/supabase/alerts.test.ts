import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Alert } from '../../../shared/contracts/alert.ts'
import { DatabaseError } from '../../../shared/database/open-database.ts'
import { checkOf, failedCheck, makeAlert, record } from '../../support/supabase/checks.ts'
import { deliverAll, deliverInWords } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('alerts', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const insert = (fields: string, values: string) =>
    vigie.query<{ id: string }>(`insert into public.alerts (${fields}) values (${values}) returning id`)
  const update = (alert: Alert, changes: Record<string, unknown>) =>
    vigie.call('update_alert', { id: alert.id, changes })
  const stateOf = async (alert: Alert) => {
    const [row] = await vigie.query<{ catchUp: boolean; revision: number; matches: number; baseline: boolean }>(
      `select catch_up as "catchUp", revision, last_checked_at is not null as baseline,
         (select count(*)::int from public.alert_matches m where m.alert_id = a.id) as matches
       from public.alerts a where id = $1`,
      [alert.id],
    )
    return row
  }
  const withBaseline = async (page: number[], fields: Record<string, unknown> = {}): Promise<Alert> => {
    const alert = await makeAlert(vigie, fields)
    await record(vigie, checkOf(page, [alert]))
    await deliverAll(vigie)
    return alert
  }
  const violates = (constraint: RegExp) => (error: unknown) =>
    error instanceof DatabaseError &&
    error.code === '23514' &&
    error.httpStatus === 400 &&
    constraint.test(error.message)

  test('an alert is created once per id: a repeated call answers with the alert that is there', async () => {
    const id = randomUUID()
    const create = (name: string) =>
      vigie.call('create_alert', { id, alert: { name, market: 'fr', searchText: 'robe' } })
    const first = await create('Robes')
    assert.deepEqual([first.id, first.name], [id, 'Robes'])
    assert.deepEqual(await create('Jupes'), first)
    assert.deepEqual(await vigie.call('list_alerts', {}), [first])
  })

  test('every field is kept as it was given', async () => {
    const fields = {
      name: 'Tout',
      market: 'uk',
      url: 'https://www.vinted.co.uk/catalog',
      searchText: 'robe',
      catalogIds: [3, 1, 2],
      brandIds: [9_007_199_254_740_991],
      sizeIds: [5],
      statusIds: [6],
      colorIds: [7],
      materialIds: [8],
      attributeIds: { patterns: [1, 2] },
      priceMin: 0.1,
      priceMax: 9_999_999,
      maxTotalPrice: 12.34,
      brands: ['Été "quoted"'],
      sizes: ['M / 38'],
      requiredWords: ['a,b'],
      excludedWords: ['{c}'],
      blockedSellers: ['42'],
      priceDropPercent: 12.5,
      chatId: '-100123',
      topicId: 7,
      language: 'en',
      isActive: false,
      maxMessagesPerHour: 5,
      webhookIds: ['00000000-0000-4000-8000-000000000009'],
    }
    const alert = await makeAlert(vigie, fields)
    const { id, createdAt, ...rest } = alert
    const unset = {
      parkedReason: null,
      parkedUntil: null,
      lastCheckedAt: null,
      lastMatchAt: null,
      pausedUntil: null,
      personId: null,
    }
    assert.deepEqual(rest, { ...fields, ...unset })
    assert.deepEqual(await vigie.call('get_alert', { id }), alert)
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000)
  })

  test('a row inserted by hand with name, market and search_text is a valid alert that is due', async () => {
    const [row] = await insert('name, market, search_text', `'Robes', 'fr', 'robe'`)
    const [due] = await vigie.call('list_due_alerts', {})
    assert.equal(due?.alert.id, row?.id)
    assert.deepEqual(
      [due?.alert.isActive, due?.alert.language, due?.alert.chatId, due?.alert.brandIds, due?.alert.lastCheckedAt],
      [true, 'fr', null, [], null],
    )
    assert.equal(due?.revision, 1)
  })

  const refused: [string, Record<string, unknown>, RegExp][] = [
    ['a price range that is upside down', { priceMin: 20, priceMax: 10 }, /alerts_price_range/],
    ['a price alone', { searchText: null, priceMax: 10 }, /alerts_searches_something/],
    ['no search at all', { searchText: null }, /alerts_searches_something/],
    ['an attribute without ids', { searchText: null, attributeIds: { patterns: [] } }, /alerts_searches_something/],
    ['a negative price', { priceMin: -1 }, /price_min/],
    ['a market that is no market id', { market: 'France' }, /market/],
    ['a language nobody wrote texts for', { language: 'de' }, /language/],
    ['a list of 201 words', { brands: Array.from({ length: 201 }, (_, n) => `b${n}`) }, /brands/],
    ['a percentage of 100', { priceDropPercent: 100 }, /price_drop_percent/],
  ]
  for (const [what, fields, constraint] of refused) {
    test(`the table refuses ${what}`, async () => {
      await assert.rejects(makeAlert(vigie, fields), violates(constraint))
      const alert = await makeAlert(vigie)
      await assert.rejects(update(alert, fields), violates(constraint))
    })
  }

  const unreadable: [string, string, string][] = [
    ['a blank name', 'name', `'   '`],
    ['a blank search text', 'search_text', `' '`],
    ['a blank chat', 'chat_id', `' '`],
    ['an id that is not positive', 'brand_ids', `'{0}'`],
    ['an id that is missing', 'brand_ids', `'{NULL}'`],
    ['an id that JavaScript cannot hold', 'brand_ids', `'{9007199254740992}'`],
    ['an empty word', 'brands', `'{""}'`],
    ['a missing word', 'excluded_words', `'{NULL}'`],
    ['a price beyond the wire', 'price_max', '10000000'],
    ['an endless pause', 'paused_until', `'infinity'`],
    ['an attribute that is no list of ids', 'attribute_ids', `'{"patterns": ["x"]}'`],
    ['an attribute with a strange name', 'attribute_ids', `'{"a b": [1]}'`],
  ]
  for (const [what, column, value] of unreadable) {
    test(`a row by hand with ${what} is refused: the API could list no alert any more`, async () => {
      const fields = { name: `'Robes'`, market: `'fr'`, search_text: `'robe'`, [column]: value }
      await assert.rejects(
        insert(Object.keys(fields).join(), Object.values(fields).join()),
        /violates check constraint/,
      )
      assert.deepEqual(await vigie.call('list_alerts', {}), [])
    })
  }

  test('an unknown alert is null, changed or read, and false when deleted', async () => {
    const id = randomUUID()
    assert.equal(await vigie.call('get_alert', { id }), null)
    assert.equal(await vigie.call('update_alert', { id, changes: { name: 'x' } }), null)
    assert.equal(await vigie.call('delete_alert', { id }), false)
  })

  test('fields that are not named stay as they are', async () => {
    const alert = await makeAlert(vigie, { brandIds: [1], excludedWords: ['enfant'], topicId: 3 })
    assert.deepEqual(await update(alert, { name: 'Autre' }), { ...alert, name: 'Autre' })
    assert.deepEqual(await stateOf(alert), { catchUp: false, revision: 1, matches: 0, baseline: false })
  })

  test('a changed search makes a new baseline and forgets its matches', async () => {
    const alert = await withBaseline([2, 1])
    assert.deepEqual(await stateOf(alert), { catchUp: false, revision: 1, matches: 2, baseline: true })
    const changed = await update(alert, { priceMax: 50 })
    assert.equal(changed?.lastCheckedAt, null)
    assert.deepEqual(await stateOf(alert), { catchUp: false, revision: 2, matches: 0, baseline: false })
    await record(vigie, checkOf([3, 2, 1], [alert]))
    assert.deepEqual(await deliverInWords(vigie), ['baseline 3 (Robes)'])
  })

  test('a changed filter is caught up in one digest: what became a match meanwhile', async () => {
    const alert = await withBaseline([4, 3, 2, 1], { excludedWords: ['enfant'] })
    await record(vigie, checkOf([5, 4, 3, 2, 1], [alert], { takes: (_, id) => id < 3 }))
    await update(alert, { excludedWords: [] })
    assert.deepEqual((await stateOf(alert))?.catchUp, true)
    const { alerts } = await record(vigie, checkOf([6, 5, 4, 3, 2, 1], [alert]))
    assert.deepEqual([alerts[0]?.mode, alerts[0]?.newIds], ['catch-up', [6, 5]])
    assert.deepEqual(await deliverInWords(vigie), ['digest 2 (Robes)'])
    await record(vigie, checkOf([7, 6, 5], [alert]))
    assert.deepEqual(await deliverInWords(vigie), ['find 7 (Robes)'])
  })

  test('a changed name, chat, language or percentage is no reason to catch up', async () => {
    const alert = await withBaseline([1])
    await update(alert, { name: 'x', chatId: 'chat-2', topicId: 1, language: 'en', priceDropPercent: 10 })
    assert.deepEqual(await stateOf(alert), { catchUp: false, revision: 1, matches: 1, baseline: true })
  })

  const returns: [string, (alert: Alert) => Promise<unknown>][] = [
    [
      'a pause',
      async (alert) => {
        await update(alert, { isActive: false })
        return () => update(alert, { isActive: true })
      },
    ],
    [
      'a snooze that is ended early',
      async (alert) => {
        await update(alert, { pausedUntil: '2099-01-01T00:00:00Z' })
        return () => update(alert, { pausedUntil: null })
      },
    ],
    [
      'a snooze that ends by itself',
      async (alert) => {
        await update(alert, { pausedUntil: '2099-01-01T00:00:00Z' })
        return () => vigie.query('update public.alerts set paused_until = now() where id = $1', [alert.id])
      },
    ],
    [
      'a snooze that ended and is cleared before the next check',
      async (alert) => {
        await update(alert, { pausedUntil: '2099-01-01T00:00:00Z' })
        return async () => {
          // By the trigger's back door: a snooze that is over, as time alone would leave it.
          await vigie.query(`set session_replication_role = replica`)
          await vigie.query('update public.alerts set paused_until = now() where id = $1', [alert.id])
          await vigie.query(`set session_replication_role = origin`)
          await update(alert, { pausedUntil: null })
        }
      },
    ],
    [
      'a parking that the user ends',
      async (alert) => {
        await record(vigie, failedCheck('bad-search', [alert]))
        return () => update(alert, { isActive: true })
      },
    ],
    [
      'a parking that ends by itself',
      async (alert) => {
        await vigie.query(`update public.alerts set parked_reason = 'refused', parked_until = now() where id = $1`, [
          alert.id,
        ])
        return () => Promise.resolve()
      },
    ],
  ]
  for (const [absence, leave] of returns) {
    test(`after ${absence}, what others saw meanwhile comes as one digest, not lost and not as a flood`, async () => {
      const alert = await withBaseline([1])
      const sibling = await withBaseline([1], { name: 'Jupes', chatId: 'chat-2' })
      const comeBack = (await leave(alert)) as () => Promise<unknown>
      await record(vigie, checkOf([4, 3, 2, 1], [sibling]))
      await deliverAll(vigie)
      await comeBack()
      const { alerts } = await record(vigie, checkOf([5, 4, 3, 2, 1], [alert, sibling]))
      assert.equal(alerts.find(({ alertId }) => alertId === alert.id)?.mode, 'catch-up')
      assert.deepEqual((await deliverInWords(vigie)).sort(), ['digest 4 (Robes)', 'find 5 (Jupes)'])
      assert.deepEqual(
        [(await stateOf(alert))?.catchUp, (await vigie.call('get_alert', { id: alert.id }))?.pausedUntil],
        [false, null],
      )
      await record(vigie, checkOf([6, 5, 4], [alert]))
      assert.deepEqual(await deliverInWords(vigie), ['find 6 (Robes)'])
    })
  }

  test('isActive: true ends a parking, another change does not', async () => {
    const alert = await withBaseline([1])
    await record(vigie, failedCheck('bad-search', [alert]))
    assert.equal((await update(alert, { name: 'x' }))?.parkedReason, 'said bad-search')
    const freed = await update(alert, { isActive: true })
    assert.deepEqual([freed?.parkedReason, freed?.parkedUntil], [null, null])
  })

  test('what is read-only cannot be written through a change', async () => {
    const alert = await makeAlert(vigie)
    const changes = { id: randomUUID(), lastCheckedAt: '2020-01-01T00:00:00Z', parkedReason: 'x', createdAt: 'x' }
    assert.deepEqual(await update(alert, changes), alert)
  })

  test('a deleted alert takes its matches with it', async () => {
    const alert = await withBaseline([1])
    assert.equal(await vigie.call('delete_alert', { id: alert.id }), true)
    assert.equal(await vigie.call('delete_alert', { id: alert.id }), false)
    assert.deepEqual(await vigie.query('select 1 from public.alert_matches'), [])
  })
})
