import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../local/sandbox/random.ts'
import type { Random } from '../../../local/sandbox/random.ts'
import { faultModes } from '../../../local/sandbox/vinted/faults.ts'
import { Verdict } from '../../../shared/contracts/verdict.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import type { Json } from '../../support/json.ts'
import { startStage } from './support/start-stage.ts'
import type { Stage } from './support/start-stage.ts'
import { countTellings, publish } from './support/tellings.ts'

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_122)
const SEARCHES = 12
/** Refused addresses rest this long, so that a night holds many bans. */
const BAN_MS = '300'
const WORKERS = ['worker-fr', 'worker-us', 'worker-nl']
/** These cost 10 s each: now and then is enough. */
const LONG = ['timeout', 'endless']
const REFUSALS = ['forbidden', 'unauthorized', 'challenge', 'captcha']
const word = (place: number): string => `sujet${String(place).padStart(2, '0')}x`

type Order = { egress: string; mode: string; count: number; path?: string; retryAfter?: number; delayMs?: number }

/** What goes wrong in one round, worker by worker; the first is never refused, so that the fleet as a whole is not. */
function inventFaults(random: Random, round: number): Order[] {
  return WORKERS.flatMap((egress, place) => {
    const modes = faultModes.filter(
      (mode) => !(place === 0 && REFUSALS.includes(mode)) && (!LONG.includes(mode) || round % 4 === place),
    )
    return Array.from({ length: random.int(0, 2) }, () => {
      const mode = random.pick(modes)
      return {
        egress,
        mode,
        count: LONG.includes(mode) ? 1 : random.int(1, 4),
        ...(random.chance(0.6) && { path: '/svc-catalogue' }),
        ...(mode === 'throttled' && { retryAfter: 1 }),
        ...(mode === 'slow' && { delayMs: random.int(200, 1_500) }),
      }
    })
  })
}

async function playRound(stage: Stage, random: Random, round: number) {
  const titles = Array.from({ length: SEARCHES }, (_, place) => place)
    .filter(() => random.chance(0.5))
    .map((place) => `${word(place)} tour${round}x`)
  for (const title of titles) await publish(stage.sandbox, title)
  const faults = inventFaults(random, round)
  for (const fault of faults) await stage.sandbox.control('POST', 'faults', fault)
  const run = await stage.runOnce()
  await stage.sandbox.control('DELETE', 'faults')
  const { alerts } = (await stage.api('GET', `/api/v1/runs/${run.runId}`)).body
  const untyped = alerts.filter((row: Json) => row.verdict !== null && !Verdict.safeParse(row.verdict).success)
  return { titles, faults, untyped, verdicts: alerts.map((row: Json) => row.verdict as string) as string[] }
}

test('whatever sequence of faults Vinted shows, every listing of that time is told once when it is over', async (context) => {
  const random = seededRandom(SEED)
  await using stage = await startStage({
    workers: WORKERS,
    regionEnv: () => ({ WORKER_BAN_DURATION_MS: BAN_MS, WORKER_BAN_MAX_DURATION_MS: BAN_MS }),
  })
  for (let place = 0; place < SEARCHES; place += 1) {
    await publish(stage.sandbox, `${word(place)} ancien`)
    await stage.createAlert({ name: word(place), searchText: word(place), chatId: String(5000 + place) })
  }
  assert.equal((await stage.runOnce()).status, 'done')
  const bootIds = await Promise.all(WORKERS.map(async (id) => (await stage.workerHealth(id)).bootId))
  const rounds: Awaited<ReturnType<typeof playRound>>[] = []
  for (let round = 0; round < timesOf(8, 400); round += 1) rounds.push(await playRound(stage, random, round))

  const last = await eventually(async () => {
    const run = await stage.runOnce()
    assert.equal(run.status, 'done', JSON.stringify(run))
    return run
  }, 60_000)
  const titles = rounds.flatMap((round) => round.titles)
  await eventually(async () => assert.equal((await countTellings(stage.sandbox, titles)).lost, 0), 60_000).catch(
    () => 0,
  )
  const { lost, repeated } = await countTellings(stage.sandbox, titles)
  const unhandled = ['main', ...WORKERS]
    .flatMap((id) => stage.process(id).logs)
    .filter(({ level, msg }) => level >= 60 || msg === 'unexpected error')
  const untyped = rounds.flatMap((round) => round.untyped)
  const alive = await Promise.all(WORKERS.map(async (id) => (await stage.workerHealth(id)).bootId))
  const faults = rounds.flatMap((round) => round.faults)
  const verdicts = Object.groupBy(
    rounds.flatMap((round) => round.verdicts),
    (verdict) => verdict ?? 'open',
  )
  context.diagnostic(
    `seed ${SEED}: ${Object.entries(verdicts)
      .map(([verdict, all]) => `${verdict} ${all?.length}`)
      .join(', ')}`,
  )
  recordRow({
    fault: 'Vinted: fault modes mixed at random over three workers',
    promise: 'typed verdicts only, no unhandled error, every listing of that time told once afterwards',
    n: `${rounds.length} cycles, ${faults.length} faults, ${titles.length} listings (seed ${SEED})`,
    result: `${untyped.length} untyped, ${unhandled.length} unhandled, ${lost} lost, ${repeated} repeated`,
    kept: untyped.length + unhandled.length + lost + repeated === 0,
  })
  assert.equal(last.totals.alertsChecked, SEARCHES)
  assert.deepEqual([untyped, unhandled], [[], []])
  assert.deepEqual(alive, bootIds, 'a worker was started anew')
  assert.deepEqual({ lost, repeated }, { lost: 0, repeated: 0 })
})
