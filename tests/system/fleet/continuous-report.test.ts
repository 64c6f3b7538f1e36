import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'

let fleet: TestFleet

before(async () => {
  const env = {
    SCHEDULE: 'continuous',
    ALERT_CHECK_INTERVAL_MS: '10000',
    ALERT_CHECK_INITIAL_DELAY_MS: '0',
    HEALTH_CHECK_INTERVAL_MS: '1000',
  }
  fleet = await startTestFleet({ args: ['--workers', 'fr,us'], env })
})
after(() => fleet.stop())

type Report = { status: string; startedAt: string; finishedAt: string; summary: { totals: { alerts: number } } | null }
const reports = async (): Promise<Report[]> =>
  (await fleet.api('GET', '/api/v1/runs')).body.runs.filter(({ status }: Report) => status !== 'running')

test('a report in which nothing falls due is a good one, and no incident', async () => {
  const id = await fleet.createAlert({ market: 'fr', name: 'lustre', searchText: 'lustre', chatId: '42' })
  await eventually(
    async () => assert.notEqual((await fleet.api('GET', `/api/v1/alerts/${id}`)).body.lastCheckedAt, null),
    30_000,
  )
  await eventually(async () => assert.ok((await reports()).some(({ summary }) => summary?.totals.alerts === 0)), 40_000)
  assert.deepEqual(new Set((await reports()).map(({ status }) => status)), new Set(['done']))
  const { incidents } = (await fleet.api('GET', '/api/v1/worker/main/stats')).body.fleet
  assert.deepEqual(
    incidents.filter(({ isOpen }: { isOpen: boolean }) => isOpen).map(({ kind }: { kind: string }) => kind),
    [],
  )
})

test('the next report begins when one ends, not at the clock’s next tick', async () => {
  await eventually(async () => assert.ok((await reports()).length >= 2), 40_000)
  const [later, earlier] = await reports()
  const gapMs = Date.parse(later?.startedAt ?? '') - Date.parse(earlier?.finishedAt ?? '')
  // The interval is ten seconds; the loop looks every second.
  assert.ok(gapMs >= 0 && gapMs < 5_000, `${gapMs} ms`)
})
