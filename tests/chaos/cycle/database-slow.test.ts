import assert from 'node:assert/strict'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { countFinds, outboxSettled } from '../../support/parts/finds.ts'
import { publishFinds } from '../../support/parts/publish-finds.ts'
import { countFinished, countOverlaps, nextRun, readRuns } from '../../support/parts/runs.ts'
import { addAlerts } from '../../support/parts/searches.ts'
import { startSlowTcp } from './support/slow-tcp.ts'
import type { SlowTcp } from './support/slow-tcp.ts'
import { startPartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { PartsFleet } from '../../support/parts/start-parts-fleet.ts'
import { testPromise } from './support/test-promise.ts'

const CYCLES_EACH = timesOf(1, 20)
const ALERTS = 4
/** A call is three pieces behind the gateway (begin, the function, commit) and one before it: 1-2 s a call on either side. */
const SLOW = { behind: { minMs: 350, maxMs: 650 }, before: { minMs: 1_000, maxMs: 2_000 } }

/** From the beginning of a cycle the wire is slow, until so many have ended on it. Answers how many there were. */
async function whileSlow({ sql }: PartsFleet, wire: SlowTcp, pace: (typeof SLOW)['before']): Promise<number> {
  await nextRun(sql, await readRuns(sql))
  const before = await countFinished(sql)
  wire.slow(pace)
  try {
    return await eventually(async () => {
      const ended = (await countFinished(sql)) - before
      assert.ok(ended >= CYCLES_EACH, 'no cycle went on')
      return ended
    }, CYCLES_EACH * 120_000)
  } finally {
    wire.slow(null)
  }
}

testPromise(
  {
    fault: 'database 1-2 s a call away, behind and before its gateway',
    promise: 'cycles go on; 0 lost, 0 doubled',
  },
  async () => {
    let behind: SlowTcp | undefined
    let before: SlowTcp | undefined
    await using fleet = await startPartsFleet({
      beforePostgres: async (port) => (behind = await startSlowTcp(port)),
      beforeGateway: async (url) => {
        const wire = (before = await startSlowTcp(Number(new URL(url).port)))
        return { url: `http://127.0.0.1:${wire.port}`, close: () => wire.close() }
      },
    })
    assert.ok(behind && before)
    const { sql } = fleet
    const { control } = fleet.sandbox
    await addAlerts(sql, ALERTS)
    await fleet.startMain(0, { ALERT_CHECK_INTERVAL_MS: '2000', ALERT_CHECK_INITIAL_DELAY_MS: '0' })
    await eventually(async () => assert.ok((await countFinished(sql)) > 0), 60_000)
    await outboxSettled(sql)

    const publishing = publishFinds(control, ALERTS, 1_000)
    await using stopping = new AsyncDisposableStack()
    stopping.defer(() => publishing.stop())
    const cycles = [await whileSlow(fleet, behind, SLOW.behind), await whileSlow(fleet, before, SLOW.before)]
    await publishing.stop()
    const finds = await countFinds(control, sql, publishing.titles)
    const overlaps = await countOverlaps(sql)
    return {
      n: `${finds.published} finds`,
      result: `${finds.lost} lost, ${finds.doubled} doubled, ${overlaps} cycles at once; ${cycles.join(' and ')} cycle(s) ended meanwhile`,
      kept: finds.lost === 0 && finds.doubled === 0 && overlaps === 0 && cycles.every((count) => count > 0),
      detail: { cycles, finds },
    }
  },
)
