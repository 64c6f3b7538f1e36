import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import { timesOf } from '../support/chaos-size.ts'
import { countFinds, outboxSettled } from '../../support/parts/finds.ts'
import { startKillablePostgres } from './support/killable-postgres.ts'
import type { KillablePostgres } from './support/killable-postgres.ts'
import { openSql } from '../../support/parts/open-sql.ts'
import type { Sql } from '../../support/parts/open-sql.ts'
import { publishFinds } from '../../support/parts/publish-finds.ts'
import { countFinished, countOverlaps, countRecorded, readRuns } from '../../support/parts/runs.ts'
import { addAlerts } from '../../support/parts/searches.ts'
import { testPromise } from './support/test-promise.ts'

const KILLS = timesOf(4, 60)
const ALERTS = 16
const DOWN_MS = 2_000
const PROMISED_MS = 5_000

/** A cycle runs, and a part of it is recorded. */
const midCycle = (sql: Sql): Promise<void> =>
  eventually(async () => {
    const running = (await readRuns(sql)).find(({ status }) => status === 'running')
    assert.ok(running, 'no cycle runs')
    const recorded = await countRecorded(sql, running.id)
    assert.ok(recorded >= 2 && recorded < ALERTS, `${recorded} recorded`)
  }, 60_000)

/** How long after it was back the first check or message was recorded. */
async function killAndRecover(postgres: KillablePostgres, sql: Sql, signal: 'SIGKILL' | 'SIGQUIT'): Promise<number> {
  await midCycle(sql)
  await postgres.kill(signal)
  await sleep(DOWN_MS)
  const backAt = await postgres.restart()
  const firstAt = await eventually(async () => {
    const [row] = await sql<{ at: Date | null }>(
      `select least(
         (select min(checked_at) from public.run_alerts where checked_at > $1 and verdict = 'ok'),
         (select min(settled_at) from public.outbox where settled_at > $1 and state = 'sent')) as at`,
      [new Date(backAt)],
    )
    assert.ok(row?.at, 'nothing was recorded since')
    return row.at.getTime()
  }, 90_000)
  const finished = await countFinished(sql)
  await eventually(async () => assert.ok((await countFinished(sql)) > finished, 'no cycle was finished'), 90_000)
  return firstAt - backAt
}

testPromise(
  {
    fault: 'PostgreSQL killed (SIGKILL, immediate) and restarted under load',
    promise: '0 lost, 0 doubled; at work within 5 s after it is back',
  },
  async () => {
    await using opened = new AsyncDisposableStack()
    const postgres = await startKillablePostgres()
    opened.defer(() => postgres.stop())
    const { sql, close } = openSql(postgres.url)
    opened.defer(close)
    const clock = { ALERT_CHECK_INTERVAL_MS: '3000', ALERT_CHECK_INITIAL_DELAY_MS: '0' }
    const fleet = await startTestFleet({ env: { DATABASE_URL: postgres.url, ...clock } })
    opened.defer(() => fleet.stop())
    await addAlerts(sql, ALERTS)
    await eventually(async () => {
      const [row] = await sql<{ baselines: string }>(
        "select count(*) as baselines from public.outbox where kind = 'baseline'",
      )
      assert.equal(Number(row?.baselines), ALERTS)
    }, 60_000)
    await outboxSettled(sql)

    // Slow answers: some messages are always on their way when the database dies.
    await fleet.control('POST', 'telegram/faults', { mode: 'slow', delayMs: 300 })
    const publishing = publishFinds(fleet.control, ALERTS, 250)
    opened.defer(() => publishing.stop())
    const recoveries: number[] = []
    while (recoveries.length < KILLS) {
      recoveries.push(await killAndRecover(postgres, sql, recoveries.length % 2 === 0 ? 'SIGKILL' : 'SIGQUIT'))
    }
    await publishing.stop()
    const finds = await countFinds(fleet.control, sql, publishing.titles)
    const overlaps = await countOverlaps(sql)
    const slowestMs = Math.max(...recoveries)
    return {
      n: `${KILLS} kills, ${finds.published} finds`,
      result: `${finds.lost} lost, ${finds.doubled} doubled, ${overlaps} cycles at once; at work after ${(slowestMs / 1000).toFixed(1)} s at most`,
      kept: finds.lost === 0 && finds.doubled === 0 && overlaps === 0 && slowestMs <= PROMISED_MS,
      detail: { recoveries, finds },
    }
  },
)
