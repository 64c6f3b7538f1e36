import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { exportAlerts, importAlerts } from '../../../../main-worker/alerts/import-alerts.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makeAlert, uuid } from '../../shared/make-alert.ts'

const MEMBER = uuid(50)
const OWNER = uuid(51)
const person = (id: string, role: 'owner' | 'member') => ({
  id,
  role,
  name: role,
  chatId: '1',
  language: 'fr' as const,
  timeZone: 'Europe/Paris',
  quietFrom: null,
  quietUntil: null,
  createdAt: '2026-11-21T10:00:00Z',
  alerts: 0,
})

async function run(
  text: string,
  there: Alert[] = [],
  by: { scope: string | null; chatId: string | null } = { scope: null, chatId: null },
) {
  const database = fakeDatabase({
    list_alerts: () => there,
    list_webhooks: () => [],
    list_people: () => [person(OWNER, 'owner'), person(MEMBER, 'member')],
    create_alerts: ({ alerts }) => alerts.map(() => makeAlert()),
  })
  const imported = await importAlerts({ database }, text, by)
  const [args] = database.argsOf('create_alerts') as [
    { alerts: { id: string; alert: Partial<Alert>; personId: string | null }[] }?,
  ]
  return { imported, made: args?.alerts ?? null }
}

const full = makeAlert({
  id: uuid(1),
  name: 'Robes <b>',
  chatId: '77',
  brands: ['a, b'],
  priceMax: 12.5,
  isActive: false,
  maxMessagesPerHour: 3,
})

test('what was exported and deleted comes back the same, with its id', async () => {
  const { imported, made } = await run(exportAlerts([full, makeAlert({ id: uuid(2), personId: MEMBER })]))
  assert.deepEqual(imported, { kind: 'saved', created: 2, skipped: 0 })
  assert.deepEqual(
    made?.map(({ id, personId }) => [id, personId]),
    [
      [uuid(1), null],
      [uuid(2), MEMBER],
    ],
  )
  const { name, chatId, brands, priceMax, isActive, maxMessagesPerHour } = made?.[0]?.alert ?? {}
  assert.deepEqual(
    { name, chatId, brands, priceMax, isActive, maxMessagesPerHour },
    { name: 'Robes <b>', chatId: '77', brands: ['a, b'], priceMax: 12.5, isActive: false, maxMessagesPerHour: 3 },
  )
})

test('an alert that is there already is skipped, and said so', async () => {
  const { imported, made } = await run(exportAlerts([full, makeAlert({ id: uuid(2) })]), [full])
  assert.deepEqual(imported, { kind: 'saved', created: 1, skipped: 1 })
  assert.deepEqual(
    made?.map(({ id }) => id),
    [uuid(2)],
  )
})

test('all or nothing: one alert that is wrong names its fields, and none is saved', async () => {
  const { imported, made } = await run(
    JSON.stringify([
      { market: 'fr', searchText: 'nike' },
      { name: 'bad', market: 'fr', searchText: 'nike', priceMin: 30, priceMax: 20, id: 'x' },
      { name: 'worse', market: 'fr', unknown: 1, brandIds: ['a'] },
      { url: 'https://www.ebay.com/x' },
    ]),
  )
  assert.equal(made, null)
  assert.ok(imported.kind === 'refused')
  assert.deepEqual(
    imported.problems.map(({ place, name, issues }) => [place, name, issues.map(({ field }) => field).sort()]),
    [
      [2, 'bad', ['id']],
      [3, 'worse', ['brandIds.0', 'unknown']],
      [4, null, ['url']],
    ],
  )
})

test('one id twice in a file is a mistake of the file', async () => {
  const { imported } = await run(exportAlerts([full, full]))
  assert.ok(imported.kind === 'refused')
  assert.deepEqual(
    imported.problems.map(({ place, issues }) => [place, issues[0]?.field]),
    [[2, 'id']],
  )
})

test('a member’s import becomes their own and tells their own chat, whatever the file says', async () => {
  const theirs = { ...full, webhookIds: [uuid(9)], personId: OWNER }
  const { made } = await run(JSON.stringify([theirs]), [], { scope: MEMBER, chatId: '2002' })
  assert.deepEqual(
    made?.map(({ personId, alert }) => [personId, alert.chatId, alert.webhookIds]),
    [[MEMBER, '2002', undefined]],
  )
})

test('an id that is somebody else’s is neither taken over nor told: the alert gets a new one', async () => {
  const { imported, made } = await run(exportAlerts([full]), [full], { scope: MEMBER, chatId: '2002' })
  assert.deepEqual(imported, { kind: 'saved', created: 1, skipped: 0 })
  assert.notEqual(made?.[0]?.id, full.id)
})

test('what is no file of alerts is refused as a whole', async () => {
  for (const text of ['', '{', '[1', '{"alerts":3}', '"x"', '{"alerts":[],"more":1}'])
    await assert.rejects(
      () => run(text),
      (error: unknown) => error instanceof ProblemError && error.httpStatus === 400,
      text,
    )
})

test('a way out that is not here is named, so that nobody waits for messages that cannot come', async () => {
  const { imported, made } = await run(exportAlerts([{ ...full, webhookIds: [uuid(9)] }]))
  assert.equal(made, null)
  assert.ok(imported.kind === 'refused')
  assert.deepEqual(
    imported.problems.map(({ place, issues }) => [place, issues[0]?.field]),
    [[1, 'webhookIds']],
  )
})
