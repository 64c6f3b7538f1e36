import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert, AlertChanges } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { createAlert, updateAlert } from '../../../main-worker/alerts/alert-store.ts'
import type { Context } from '../../../main-worker/context.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { makeAlert, uuid } from '../shared/make-alert.ts'

function contextOf(stored: Alert | null = null) {
  const database = fakeDatabase({
    create_alert: ({ alert }) => makeAlert(alert),
    get_alert: () => stored,
    get_owner_chat: () => '1000001',
    update_alert: ({ changes }) => makeAlert({ ...stored, ...(changes as Partial<Alert>) }),
  })
  return { database, context: { database } as unknown as Context }
}
const create = (input: AlertChanges) => createAlert(contextOf().context, input)
async function fieldsOf(work: Promise<unknown>): Promise<string[]> {
  const problem = await work.then(
    () => null,
    (error: unknown) => error,
  )
  assert.ok(problem instanceof ProblemError, String(problem))
  assert.deepEqual([problem.httpStatus, problem.code], [400, 'VALIDATION_FAILED'])
  return problem.extra.issues?.map(({ field }) => field) ?? []
}

test('an alert needs a market and something to search for', async () => {
  assert.deepEqual(await fieldsOf(create({})), ['market'])
  assert.deepEqual(await fieldsOf(create({ market: 'fr' })), ['searchText'])
  assert.deepEqual(await fieldsOf(create({ market: 'fr', brandIds: [], attributeIds: { zone: [] } })), ['searchText'])
})

test('a price alone is no search', async () => {
  assert.deepEqual(await fieldsOf(create({ market: 'fr', priceMax: 20 })), ['searchText'])
})

test('every problem is named at once', async () => {
  const input = {
    market: 'xx',
    priceMin: 30,
    priceMax: 20,
    statusIds: [3, 9],
    attributeIds: { brand: [53], zone: [1] },
  }
  assert.deepEqual(await fieldsOf(create(input)), ['market', 'priceMin', 'statusIds', 'attributeIds.brand'])
})

test('any one search field is enough', async () => {
  const searches: AlertChanges[] = [
    { searchText: 'nike' },
    { catalogIds: [4] },
    { brandIds: [53] },
    { sizeIds: [206] },
    { statusIds: [6] },
    { colorIds: [12] },
    { materialIds: [3] },
    { attributeIds: { zone: [1] } },
  ]
  for (const search of searches) await create({ market: 'fr', ...search })
})

test('name, chat and page of a new alert have their defaults', async () => {
  const alert = await create({ market: 'uk', searchText: 'nike air', brandIds: [53, 14] })
  assert.equal(alert.name, 'nike air · brand 53, 14 · uk')
  assert.equal(alert.chatId, '1000001')
  assert.match(alert.url ?? '', /^https:\/\/www\.vinted\.co\.uk\/catalog\?/)
  const named = await create({ market: 'uk', searchText: 'x', name: 'mine', chatId: '5' })
  assert.deepEqual([named.name, named.chatId], ['mine', '5'])
})

test('a change is judged by what the whole alert becomes', async () => {
  const stored = makeAlert({ priceMin: 30, searchText: 'nike' })
  const update = (changes: AlertChanges) => updateAlert(contextOf(stored).context, stored.id, changes)
  assert.deepEqual(await fieldsOf(update({ priceMax: 20 })), ['priceMin'])
  assert.deepEqual(await fieldsOf(update({ searchText: null })), ['searchText'])
  assert.equal((await update({ priceMax: 40 }))?.priceMax, 40)
})

test('an alert that is not there cannot be changed', async () => {
  const { context, database } = contextOf()
  assert.equal(await updateAlert(context, uuid(5), { name: 'x' }), null)
  assert.deepEqual(
    database.calls.map(({ name }) => name),
    ['get_alert'],
  )
})
