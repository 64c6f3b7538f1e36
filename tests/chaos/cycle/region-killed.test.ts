import assert from 'node:assert/strict'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'
import { timesOf } from '../support/chaos-size.ts'
import { outboxSettled } from '../../support/parts/finds.ts'
import { openSql } from '../../support/parts/open-sql.ts'
import type { Sql } from '../../support/parts/open-sql.ts'
import { finishedRun, nextRun, readItems, readRuns } from '../../support/parts/runs.ts'
import type { ItemRow } from '../../support/parts/runs.ts'
import { addAlerts, askedSince } from '../../support/parts/searches.ts'
import { testPromise } from './support/test-promise.ts'

const KILLS = timesOf(3, 20)
const ALERTS = 41
const KILLED_AT = 7
/** Long enough to be seen in flight. */
const ANSWER_MS = 600

type Killed = { kept: number; movedElsewhere: number; recorded: number; repeated: number; elsewhereMs: number }

/** The worker that has 11, when it waits for the answer to its 7th search. */
async function seventhInFlight(fleet: TestFleet, sql: Sql, runId: string, since: number): Promise<string> {
  return eventually(async () => {
    const items = await readItems(sql, runId)
    assert.equal(items.length, ALERTS)
    const [biggest] = Object.entries(Object.groupBy(items, (item) => item.worker_id)).sort(
      ([, a = []], [, b = []]) => b.length - a.length,
    )
    assert.ok(biggest)
    const asked = ((await fleet.control('GET', `requests?since=${since}`)) as Json[]).filter(
      ({ egress, path }) => egress === biggest[0] && path === '/svc-catalogue/items',
    )
    assert.equal(asked.length, KILLED_AT)
    assert.equal(asked.at(-1).status, null)
    return biggest[0]
  }, 60_000)
}

async function killAtSeventh(fleet: TestFleet, sql: Sql): Promise<Killed> {
  await eventually(async () => {
    const stats = (await fleet.api('GET', '/api/v1/worker/main/stats')).body
    assert.equal(stats.availableWorkers, 4)
  }, 60_000)
  const since = Date.now()
  const before = await readRuns(sql)
  await fleet.api('POST', '/api/v1/alerts/run-once', undefined, { prefer: 'respond-async' })
  const { id } = await nextRun(sql, before)
  const victim = await seventhInFlight(fleet, sql, id, since)
  process.kill(fleet.local().workers.find((worker) => worker.id === victim)?.pid ?? 0, 'SIGKILL')
  const killedAt = Date.now()
  const isMine = (item: ItemRow): boolean => item.worker_id === victim
  const mine = (await readItems(sql, id)).filter(isMine)
  assert.equal(mine.length, 11, 'the worker with 11 was killed')

  await finishedRun(sql, id)
  const items = await readItems(sql, id)
  const [last] = await sql<{ at: Date }>(
    'select max(checked_at) as at from public.run_alerts where run_id = $1 and search_key = any ($2) and worker_id <> $3',
    [id, mine.map((item) => item.search_key), victim],
  )
  const asked = [...(await askedSince(fleet.control, since)).values()]
  return {
    kept: items.filter(isMine).length,
    movedElsewhere: items.filter((item) => mine.some((own) => own.search_key === item.search_key) && !isMine(item))
      .length,
    recorded: items.filter((item) => item.state === 'recorded' && item.verdict === 'ok').length,
    repeated: asked.reduce((extra, times) => extra + times - 1, 0),
    elsewhereMs: (last?.at.getTime() ?? Infinity) - killedAt,
  }
}

testPromise(
  {
    fault: 'a region killed at alert 7 of 11',
    promise: '1-6 kept, 7-11 checked elsewhere in the same cycle, at most one request repeated',
  },
  async () => {
    await using opened = new AsyncDisposableStack()
    const postgres = await startRealPostgres()
    opened.defer(() => postgres.stop())
    const { sql, close } = openSql(postgres.url)
    opened.defer(close)
    const fleet = await startTestFleet({ env: { DATABASE_URL: postgres.url, HEALTH_CHECK_INTERVAL_MS: '1000' } })
    opened.defer(() => fleet.stop())
    await addAlerts(sql, ALERTS)
    await fleet.runOnce()
    await outboxSettled(sql)
    await fleet.control('POST', 'faults', { mode: 'slow', delayMs: ANSWER_MS, path: '/svc-catalogue/items' })

    const kills: Killed[] = []
    while (kills.length < KILLS) kills.push(await killAtSeventh(fleet, sql))
    const slowestMs = Math.max(...kills.map((kill) => kill.elsewhereMs))
    const isKept = kills.every(
      ({ kept, movedElsewhere, recorded, repeated }) =>
        kept >= KILLED_AT - 1 && kept + movedElsewhere === 11 && recorded === ALERTS && repeated <= 1,
    )
    const missing = kills.reduce((total, kill) => total + ALERTS - kill.recorded, 0)
    return {
      n: `${KILLS} kills`,
      result: `${missing} of ${KILLS * ALERTS} checks lost, ${Math.max(...kills.map((kill) => kill.repeated))} request repeated per kill at most; the last one elsewhere after ${(slowestMs / 1000).toFixed(1)} s at most`,
      kept: isKept,
      detail: kills,
    }
  },
)
