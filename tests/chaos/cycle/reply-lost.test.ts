import assert from 'node:assert/strict'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { countFinds, outboxSettled } from '../../support/parts/finds.ts'
import { startLossyGateway } from './support/lossy-gateway.ts'
import type { LossyGateway } from './support/lossy-gateway.ts'
import { publishFinds } from '../../support/parts/publish-finds.ts'
import { countFinished, countOverlaps, finishedRun, readRuns } from '../../support/parts/runs.ts'
import { addAlerts } from '../../support/parts/searches.ts'
import { startPartsFleet } from '../../support/parts/start-parts-fleet.ts'
import { testPromise } from './support/test-promise.ts'

const CYCLES = timesOf(10, 300)
const ALERTS = 12
const LOST_SHARE = 0.05
const SEED = 20_261_122

testPromise(
  {
    fault: 'answers of the database lost after the commit (5 %)',
    promise: '0 lost, 0 doubled but what the outbox counts as a possible repeat; every cycle ends',
  },
  async () => {
    let lossy: LossyGateway | undefined
    await using fleet = await startPartsFleet({
      beforeGateway: async (url) => (lossy = await startLossyGateway(url, SEED)),
      regionEnv: { REQUEST_DELAY_MIN_MS: '50', REQUEST_DELAY_MAX_MS: '150' },
    })
    assert.ok(lossy)
    const { sql } = fleet
    const { control } = fleet.sandbox
    await addAlerts(sql, ALERTS)
    await fleet.startMain(0, { ALERT_CHECK_INTERVAL_MS: '2000', ALERT_CHECK_INITIAL_DELAY_MS: '0' })
    await eventually(async () => assert.ok((await countFinished(sql)) > 0), 60_000)
    await outboxSettled(sql)

    const before = await countFinished(sql)
    const callsBefore = lossy.calls
    lossy.lose(LOST_SHARE)
    const publishing = publishFinds(control, ALERTS, 400)
    await using stopping = new AsyncDisposableStack()
    stopping.defer(() => publishing.stop())
    await eventually(async () => {
      const finished = (await countFinished(sql)) - before
      assert.ok(finished >= CYCLES, `${finished} cycles were finished`)
    }, CYCLES * 20_000)
    await publishing.stop()
    const finds = await countFinds(control, sql, publishing.titles)
    const lost = [...lossy.lost.values()].reduce((sum, times) => sum + times, 0)
    const calls = lossy.calls - callsBefore
    lossy.lose(0)
    // A cycle that runs at this moment ends, as all others have.
    const ids = (await readRuns(sql)).slice(before).map(({ id }) => id)
    const ends = await Promise.allSettled(ids.map((id) => finishedRun(sql, id)))
    const open = ends.filter(({ status }) => status === 'rejected').length
    const whole = ends.filter((end) => end.status === 'fulfilled' && end.value.status === 'done').length
    const overlaps = await countOverlaps(sql)
    const isKept =
      finds.lost === 0 && lost > 0 && finds.doubled <= finds.possibleRepeats && open === 0 && overlaps === 0
    return {
      n: `${lost} of ${calls} answers, ${ids.length} cycles, ${finds.published} finds`,
      result: `${finds.lost} lost, ${finds.doubled} doubled (${finds.possibleRepeats} possible repeats), ${whole} cycles with every check, ${open} without an end, ${overlaps} at once`,
      kept: isKept,
      detail: { finds, lost: [...lossy.lost] },
    }
  },
)
