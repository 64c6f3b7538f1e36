import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Verdict } from '../../../shared/contracts/verdict.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import { peakMb, pidOfPort, residentMb, resetPeak } from './support/process-memory.ts'
import { startStage } from './support/start-stage.ts'
import type { Stage } from './support/start-stage.ts'

const AT_ONCE = 12
const MOST_MB = 32
const WORKERS = ['worker-fr', 'worker-us', 'worker-nl', 'worker-uk']
const HOSTILE = ['gzip-bomb', 'endless', 'truncated', 'html'] as const
type Ask = { worker: string; body: string }
type Told = { kind: string; ms: number }

const searchUrl = (text: string): string => `https://www.vinted.fr/catalog?search_text=${text}`

/** One search page through a worker, and in one word what it said of it. */
async function ask(stage: Stage, { worker, body }: Ask): Promise<Told> {
  const startedAt = performance.now()
  const answer = await stage.execute(worker, 'scrape', { url: searchUrl(body) })
  const ms = performance.now() - startedAt
  if (answer.status === 200) return { kind: 'ok', ms }
  // `upstream-error: the answer is larger than …`
  const verdict = Verdict.safeParse(String(answer.body.error).split(':')[0])
  return { kind: verdict.data ?? `untyped: ${JSON.stringify(answer.body)}`, ms }
}

/** The memory of each worker over its own resting value, at the worst moment of the wave. */
async function wave(stage: Stage, pids: ReadonlyMap<string, number>, asks: Ask[]) {
  const resting = new Map([...pids].map(([id, pid]) => [id, residentMb(pid)]))
  for (const pid of pids.values()) resetPeak(pid)
  const told = await Promise.all(asks.map((one) => ask(stage, one)))
  const growth = [...pids].map(([id, pid]) => peakMb(pid) - (resting.get(id) ?? 0))
  return { told, growth: Math.max(...growth) }
}

const spread = (workers: readonly string[], bodies: readonly string[]): Ask[] =>
  Array.from({ length: AT_ONCE }, (_, place) => ({
    worker: workers[place % workers.length] ?? '',
    body: bodies[Math.floor(place / workers.length) % bodies.length] ?? '',
  }))

test('twelve hostile bodies at once do not grow a worker by more than 32 MB, and each gets a typed answer', async () => {
  await using stage = await startStage({
    workers: WORKERS,
    regionEnv: () => ({ REQUEST_DELAY_MIN_MS: '0', REQUEST_DELAY_MAX_MS: '1' }),
  })
  for (const mode of HOSTILE)
    await stage.sandbox.control('POST', 'faults', { mode, path: `search_text=${mode.replace('-', '')}` })
  const pids = new Map(WORKERS.map((id, place) => [id, pidOfPort(stage.firstPort + 1 + place)]))
  const mixed = HOSTILE.map((mode) => mode.replace('-', ''))

  // Warm: a session, compiled code, and pages of the usual size, as many at once as later.
  for (const worker of WORKERS) {
    const made = await stage.execute(worker, 'generate-cookies', { market: 'fr' })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    for (let round = 0; round < 5; round += 1) await wave(stage, pids, spread([worker], ['robe']))
  }
  const overFleet: number[] = []
  const onOne: number[] = []
  const told: Told[] = []
  for (let round = 0; round < timesOf(1, 50); round += 1) {
    for (const bodies of [mixed, ['gzipbomb'], ['gzipbomb'], ['gzipbomb']]) {
      const fleet = await wave(stage, pids, spread(WORKERS, bodies))
      overFleet.push(fleet.growth)
      const one = await wave(stage, pids, spread(['worker-fr'], bodies))
      onOne.push(one.growth)
      told.push(...fleet.told, ...one.told)
    }
  }
  const after = await wave(stage, pids, spread(WORKERS, ['robe']))
  const untyped = told.filter(({ kind }) => kind === 'ok' || kind.startsWith('untyped'))
  const slowestMs = Math.max(...told.map(({ ms }) => ms))
  const [fleetMb, oneMb] = [Math.max(...overFleet), Math.max(...onOne)]
  recordRow({
    fault: `${AT_ONCE} hostile bodies in parallel (gzip bombs of 300 MiB, endless, truncated, HTML)`,
    promise: `at most ${MOST_MB} MB more memory in any worker, each answered with a typed verdict`,
    n: `${told.length} bodies in ${overFleet.length + onOne.length} waves`,
    result: `+${fleetMb.toFixed(0)} MB at the most over 4 workers, +${oneMb.toFixed(0)} MB when all 12 hit one worker; ${untyped.length} untyped, slowest ${(slowestMs / 1000).toFixed(1)} s`,
    kept: fleetMb <= MOST_MB && oneMb <= MOST_MB && untyped.length === 0,
  })
  assert.deepEqual(untyped, [])
  assert.ok(slowestMs < 20_000, `${slowestMs} ms`)
  assert.ok(
    after.told.every(({ kind }) => kind === 'ok'),
    JSON.stringify(after.told),
  )
  assert.ok(fleetMb <= MOST_MB, `${fleetMb} MB more in a worker, 3 bodies each`)
  assert.ok(oneMb <= MOST_MB, `${oneMb} MB more in one worker with 12 bodies`)
})
