import { timesOf } from '../support/chaos-size.ts'
import { addAlerts, askedSince } from '../../support/parts/searches.ts'
import { readOverlaps, finishedRun, readRuns } from '../../support/parts/runs.ts'
import type { RunRow } from '../../support/parts/runs.ts'
import { startPartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { PartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { Part } from '../../support/parts/start-part.ts'
import { testPromise } from './support/test-promise.ts'

const CALLS_EACH = timesOf(15, 1_000)
const ALERTS = 12

/** Whatever the answer is (its summary, a cycle that was joined, 409 while another begins): what counts is in the database. */
async function callAgainAndAgain(fleet: PartsFleet, main: Part): Promise<void> {
  for (let call = 0; call < CALLS_EACH; call += 1) await fleet.api(main, 'POST', '/api/v1/alerts/run-once')
}

/** Alerts of finished cycles that were not recorded as checked, exactly once, in that cycle. */
async function countWrongChecks({ sql }: PartsFleet, runs: readonly RunRow[]): Promise<number> {
  const rows = await sql<{ checks: string }>(
    `select count(*) filter (where verdict = 'ok' and checked_at between started_at and finished_at) as checks
     from public.alert_runs r left join public.run_alerts a on a.run_id = r.id where r.id = any ($1) group by r.id`,
    [runs.map(({ id }) => id)],
  )
  return rows.reduce((wrong, { checks }) => wrong + Math.abs(ALERTS - Number(checks)), 0)
}

testPromise(
  {
    fault: 'two mains from the start, both clocks on, both asked for cycles at once',
    promise: 'never two cycles at once; every alert checked exactly once per cycle',
  },
  async () => {
    await using fleet = await startPartsFleet({
      regionEnv: { REQUEST_DELAY_MIN_MS: '50', REQUEST_DELAY_MAX_MS: '100' },
    })
    await addAlerts(fleet.sql, ALERTS)
    const clock = { ALERT_CHECK_INTERVAL_MS: '2000', ALERT_CHECK_INITIAL_DELAY_MS: '0' }
    const mains = await Promise.all([fleet.startMain(0, clock), fleet.startMain(1, clock)])
    await Promise.all([...mains, ...mains].map((main) => callAgainAndAgain(fleet, main)))
    const begun = await readRuns(fleet.sql)
    const runs = await Promise.all(begun.map(({ id }) => finishedRun(fleet.sql, id)))
    const overlaps = await readOverlaps(fleet.sql)
    const wrong = await countWrongChecks(fleet, runs)
    await Promise.all(mains.map((main) => main.stop()))

    // Cycles that the stop cut off are in this count: each may have asked once too.
    const all = (await readRuns(fleet.sql)).length
    const asked = [...(await askedSince(fleet.sandbox.control, 0)).values()]
    const extra = asked.reduce((sum, times) => sum + Math.max(0, times - all), 0)
    return {
      n: `${runs.length} cycles, ${4 * CALLS_EACH} calls`,
      result: `${overlaps.length} cycles at once, ${wrong} alerts lost or doubled, ${extra} extra requests`,
      kept: runs.length > 2 && asked.length === ALERTS && overlaps.length === 0 && wrong === 0 && extra === 0,
      detail: overlaps,
    }
  },
)
