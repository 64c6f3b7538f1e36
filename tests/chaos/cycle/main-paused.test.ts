import assert from 'node:assert/strict'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { addAlerts, askedSince } from '../../support/parts/searches.ts'
import { countOverlaps, countRecorded, finishedRun, nextRun, readItems, readRuns } from '../../support/parts/runs.ts'
import { startPartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { PartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { Part } from '../../support/parts/start-part.ts'
import { testPromise } from './support/test-promise.ts'

const PAUSES = timesOf(2, 20)
/** The workers go on with what a paused main gave them: there must be some of it left when its lease has run out. */
const ALERTS = 48

/** `late`: it wakes when the other has finished the run; otherwise as soon as the other has planned what was left. */
type Wakes = 'late' | 'early'
type Paused = {
  wakes: Wakes
  takenOverMs: number
  repeated: number
  missing: number
  rewritten: number
  staleWrites: number
  refusedSlots: number
}
type Fencing = Pick<Paused, 'staleWrites' | 'refusedSlots'>

const readFencing = async (fleet: PartsFleet, main: Part): Promise<Fencing> =>
  (await fleet.api(main, 'GET', '/api/v1/worker/main/stats')).fleet.fencing as Fencing

/** The run as it stands, to the last byte: PostgreSQL says which transaction wrote a row last. */
const readRun = async ({ sql }: PartsFleet, id: string): Promise<unknown[]> =>
  sql('select xmin::text, status, finished_at, summary from public.alert_runs where id = $1', [id])

/** The leader stands still in the middle of its cycle until the other has the run, then wakes up and believes it is its own. */
async function pauseMidCycle(fleet: PartsFleet, leader: Part, other: Part, wakes: Wakes): Promise<Paused> {
  const { sql } = fleet
  const since = Date.now()
  const fencedBefore = await readFencing(fleet, other)
  const before = await readRuns(sql)
  await fleet.api(leader, 'POST', '/api/v1/alerts/run-once', { prefer: 'respond-async' })
  const { id, fence } = await nextRun(sql, before)
  await eventually(async () => assert.ok((await countRecorded(sql, id)) >= 4), 60_000)
  await leader.signal('SIGSTOP')
  const pausedAt = Date.now()
  const attempt = Math.max(...(await readItems(sql, id)).map((item) => item.attempt))
  await eventually(async () => {
    const isPlanned = (await readItems(sql, id)).some((item) => item.attempt > attempt)
    assert.ok(isPlanned, 'nobody has planned what was left')
  }, 90_000)
  const takenOverMs = Date.now() - pausedAt
  if (wakes === 'late') await finishedRun(sql, id)
  const linesBefore = leader.lines.length
  await leader.signal('SIGCONT')
  await eventually(async () => {
    const said = leader.lines.slice(linesBefore).join('\n')
    assert.match(said, /"event":"cycleFailed"/, 'the main that slept has noticed')
  }, 60_000)
  const run = await finishedRun(sql, id)
  assert.notEqual(run.fence, fence, 'the run was finished under the fence of the other main')
  const finished = await readRun(fleet, id)
  const refused = await eventually(async () => {
    const { staleWrites, refusedSlots } = await readFencing(fleet, other)
    const now = {
      staleWrites: staleWrites - fencedBefore.staleWrites,
      refusedSlots: refusedSlots - fencedBefore.refusedSlots,
    }
    if (wakes === 'late') assert.ok(now.staleWrites > 0 && now.refusedSlots > 0, JSON.stringify(now))
    return now
  }, 20_000).catch(() => ({ staleWrites: 0, refusedSlots: 0 }))
  const asked = [...(await askedSince(fleet.sandbox.control, since)).values()]
  const [rows] = await sql<{ alerts: string }>('select count(*) as alerts from public.run_alerts where run_id = $1', [
    id,
  ])
  assert.equal(Number(rows?.alerts), ALERTS)
  return {
    wakes,
    takenOverMs,
    repeated: asked.reduce((extra, times) => extra + times - 1, 0),
    missing: ALERTS - (await countRecorded(sql, id)),
    rewritten: JSON.stringify(await readRun(fleet, id)) === JSON.stringify(finished) ? 0 : 1,
    ...refused,
  }
}

testPromise(
  {
    fault: 'main stopped (SIGSTOP) in the middle of a cycle for longer than its lease, then woken',
    promise: 'the other takes over; late writes are refused and counted; the run is written once, nothing doubled',
  },
  async () => {
    await using fleet = await startPartsFleet({
      regionEnv: { REQUEST_DELAY_MIN_MS: '2000', REQUEST_DELAY_MAX_MS: '2400' },
    })
    await addAlerts(fleet.sql, ALERTS)
    let leader = await fleet.startMain(0)
    let other = await fleet.startMain(1)
    const pauses: Paused[] = []
    while (pauses.length < PAUSES) {
      pauses.push(await pauseMidCycle(fleet, leader, other, pauses.length % 2 === 0 ? 'late' : 'early'))
      const sleeper = leader
      leader = other
      other = sleeper
    }
    const overlaps = await countOverlaps(fleet.sql)
    const runs = await readRuns(fleet.sql)
    const total = (name: Exclude<keyof Paused, 'wakes'>): number => pauses.reduce((sum, pause) => sum + pause[name], 0)
    const slowestMs = Math.max(...pauses.map(({ takenOverMs }) => takenOverMs))
    const isOnce = runs.length === PAUSES && overlaps === 0 && total('rewritten') === 0
    const isCounted = pauses.every(({ wakes, staleWrites }) => wakes === 'early' || staleWrites > 0)
    return {
      n: `${PAUSES} pauses`,
      result: `${total('missing')} of ${PAUSES * ALERTS} checks lost, ${total('repeated')} asked twice, ${overlaps} cycles at once, ${total('rewritten')} runs written again; ${total('staleWrites')} late writes and ${total('refusedSlots')} slots refused; taken over after ${(slowestMs / 1000).toFixed(1)} s at most`,
      kept: isOnce && isCounted && total('missing') === 0 && total('repeated') === 0,
      detail: { pauses, runs },
    }
  },
)
