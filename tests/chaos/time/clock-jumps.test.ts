import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import type { Json } from '../../support/json.ts'
import type { SeenRequest } from '../../support/fleet/start-region.ts'
import { startStage } from '../outside/support/start-stage.ts'
import type { Stage } from '../outside/support/start-stage.ts'
import { countTellings, publish } from '../outside/support/tellings.ts'

const HOUR_MS = 3_600_000
const EVERY_MS = 3_000
/** What a busy machine may add to a tick; a missed one would add a whole interval, a doubled one would come at once. */
const TOLERANCE_MS = { early: 500, late: 2_000 }
const BAN_MS = 12_000
const WORKERS = ['worker-fr', 'worker-us']
const SEARCHES = 4
const PRELOAD = new URL('support/shift-date.mjs', import.meta.url).href
const word = (place: number): string => `sujet${String(place).padStart(2, '0')}x`

/** Each process has its own wall clock, like each machine: a file that says how far it is off. */
function createClocks() {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-clocks-'))
  const fileOf = (id: string): string => join(folder, id)
  // Renamed into place: a clock is read at any time.
  const set = (id: string, offsetMs: number): void => {
    writeFileSync(`${fileOf(id)}.new`, String(offsetMs))
    renameSync(`${fileOf(id)}.new`, fileOf(id))
  }
  for (const id of ['main', ...WORKERS]) set(id, 0)
  const env = (id: string) => ({ NODE_OPTIONS: `--import=${PRELOAD}`, CLOCK_OFFSET_FILE: fileOf(id) })
  return { set, env, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

type Run = { started: string; status: string; reason: string | null }

/** Every tick that the clock left in the database, by the database's own time. */
const ticks = (stage: Stage, sinceMs: number): Promise<Run[]> =>
  stage.database.query<Run>(
    `select extract(epoch from started_at) * 1000 as started, status, summary ->> 'reason' as reason
     from public.alert_runs where trigger = 'clock' and extract(epoch from started_at) * 1000 >= $1 order by started_at`,
    [sinceMs],
  )

const databaseNow = async (stage: Stage): Promise<number> =>
  Number((await stage.database.query<Json>(`select extract(epoch from clock_timestamp()) * 1000 as now`))[0].now)

/** The ban of one address while its worker's clock and main's jump: by the database's clock it rests exactly that long. */
async function banThroughJumps(stage: Stage, jump: (hours: number) => void) {
  const order = { egress: 'worker-us', mode: 'forbidden', path: '/svc-catalogue', count: 1 }
  await stage.sandbox.control('POST', 'faults', order)
  const until = await eventually(async () => {
    const [row] = await stage.database.query<Json>(
      `select extract(epoch from banned_until) * 1000 as until from public.egress_status
       where egress = 'worker-us' and banned_until > clock_timestamp()`,
    )
    return Number(row.until)
  }, 30_000)
  for (const hours of [1, -1, 0]) {
    jump(hours)
    await sleep(BAN_MS / 5)
  }
  const seen = await eventually(async () => {
    const requests = await stage.sandbox.control<SeenRequest[]>('GET', 'requests')
    const mine = requests.filter(({ egress }) => egress === 'worker-us').map(({ time }) => Date.parse(time))
    assert.ok(
      mine.some((time) => time > until),
      'it has not come back',
    )
    return mine
  }, 60_000)
  const bannedAt = until - BAN_MS
  return {
    early: seen.filter((time) => time > bannedAt + 200 && time < until - 50).length,
    lateMs: Math.min(...seen.filter((time) => time > until)) - until,
  }
}

/** A paused alert comes back by the database's clock too. */
async function pauseThroughJumps(stage: Stage, id: string, jump: (hours: number) => void): Promise<boolean> {
  const until = (await databaseNow(stage)) + 3 * EVERY_MS
  await stage.api('PATCH', `/api/v1/alerts/${id}`, { pausedUntil: new Date(until).toISOString() })
  const pausedAt = await databaseNow(stage)
  for (const hours of [1, -1, 0]) {
    jump(hours)
    await sleep(EVERY_MS)
  }
  const checks = await eventually(async () => {
    const rows = await stage.database.query<{ at: string }>(
      `select extract(epoch from checked_at) * 1000 as at from public.run_alerts where alert_id = $1 and checked_at is not null`,
      [id],
    )
    const times = rows.map(({ at }) => Number(at))
    assert.ok(
      times.some((time) => time > until),
      'it is not checked again',
    )
    return times
  }, 30_000)
  // A check that was under way when it was paused records nothing, but may be seen.
  return !checks.some((time) => time > pausedAt + EVERY_MS && time < until)
}

test('clocks that jump an hour ahead or back miss no tick, double none, and move no ban and no pause', async () => {
  using clocks = createClocks()
  await using stage = await startStage({
    workers: WORKERS,
    engine: 'postgres',
    regionEnv: (id) => ({ ...clocks.env(id), WORKER_BAN_DURATION_MS: String(BAN_MS) }),
    mainEnv: () => ({
      ...clocks.env('main'),
      ALERT_CHECK_INTERVAL_MS: String(EVERY_MS),
      ALERT_CHECK_INITIAL_DELAY_MS: '1000',
    }),
  })
  const alerts: Json[] = []
  for (let place = 0; place < SEARCHES; place += 1)
    alerts.push(await stage.createAlert({ name: word(place), searchText: word(place), chatId: String(6000 + place) }))
  await eventually(async () => {
    const [row] = await stage.database.query<Json>(
      'select count(*)::int as left from public.alerts where last_checked_at is null',
    )
    assert.equal(row.left, 0)
  }, 60_000)
  const since = await databaseNow(stage)
  const titles: string[] = []
  let jumps = 0
  const jump = (ids: readonly string[], hours: number): void => {
    jumps += 1
    for (const id of ids) clocks.set(id, hours * HOUR_MS)
  }
  const machines = [['main'], WORKERS, ['main', ...WORKERS]]
  for (let round = 0; round < timesOf(1, 30); round += 1) {
    for (const ids of machines) {
      for (const hours of [1, -1, 0]) {
        const title = `${word(titles.length % SEARCHES)} saut${titles.length}x`
        titles.push(title)
        await publish(stage.sandbox, title)
        jump(ids, hours)
        await sleep(EVERY_MS * 1.2)
      }
    }
  }
  const ban = await banThroughJumps(stage, (hours) => jump(['main', ...WORKERS], hours))
  const isPauseKept = await pauseThroughJumps(stage, alerts[0].id, (hours) => jump(['main'], hours))

  // That there was something to withstand: what the processes themselves took for the time.
  for (const id of ['main', ...WORKERS]) {
    const believed = stage.process(id).logs.map((line) => Date.parse((line as Json).time) - Date.now())
    assert.ok(Math.max(...believed) > HOUR_MS / 2, `the clock of ${id} never jumped`)
  }
  const runs = await ticks(stage, since)
  const gaps = runs.slice(1).map((run, place) => Number(run.started) - Number(runs[place]?.started))
  const missed = gaps.filter((gap) => gap > EVERY_MS + TOLERANCE_MS.late).length
  const doubled = gaps.filter((gap) => gap < EVERY_MS - TOLERANCE_MS.early).length
  await eventually(async () => assert.equal((await countTellings(stage.sandbox, titles)).lost, 0), 30_000).catch(
    () => 0,
  )
  const { lost, repeated } = await countTellings(stage.sandbox, titles)
  const isBanKept = ban.early === 0 && ban.lateMs < 2 * EVERY_MS + TOLERANCE_MS.late
  recordRow({
    fault: 'Clock of main, of the regions, of all of them jumps by ± 1 h',
    promise: 'no tick missed or doubled, bans and pauses end by the database’s clock, no message doubled',
    n: `${jumps} jumps, ${runs.length} ticks of ${EVERY_MS / 1000} s`,
    result: `${missed} missed, ${doubled} doubled (gaps ${Math.round(Math.min(...gaps))}-${Math.round(Math.max(...gaps))} ms); ${ban.early} requests during the ban, back ${(ban.lateMs / 1000).toFixed(1)} s after it; pause ${isPauseKept ? 'kept' : 'broken'}; ${lost} lost, ${repeated} repeated`,
    kept: missed + doubled + lost + repeated === 0 && isBanKept && isPauseKept,
  })
  assert.deepEqual({ missed, doubled }, { missed: 0, doubled: 0 }, JSON.stringify(gaps))
  assert.ok(isBanKept, JSON.stringify(ban))
  assert.ok(isPauseKept, 'the paused alert was checked too early')
  assert.deepEqual({ lost, repeated }, { lost: 0, repeated: 0 })
})
