import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import type { SeenRequest } from '../../support/fleet/start-region.ts'
import { startHalfOpenLink } from './support/half-open-link.ts'
import type { HalfOpenLink } from './support/half-open-link.ts'
import { startStage } from './support/start-stage.ts'
import type { Stage } from './support/start-stage.ts'
import { countTellings, publish } from './support/tellings.ts'

const CUT = { 'worker-us': 'answers', 'worker-nl': 'both' } as const
const WORKERS = ['worker-fr', ...Object.keys(CUT)]
const SEARCHES = 12
const DEADLINE_MS = 10_000
/** Longer than two deadlines: the second try is not heard either. */
const CUT_FOR_MS = 22_000
const word = (place: number): string => `sujet${String(place).padStart(2, '0')}x`

const complaints = (stage: Stage, id: string): number =>
  stage.process(id).logs.filter(({ event }) => event === 'databaseFailed' || event === 'loopFailed').length

/** Cuts while a page of each is under way: what comes next is the record of what the site said. */
async function cutInFlight(stage: Stage, links: Map<string, HalfOpenLink>, since: string): Promise<number> {
  await eventually(async () => {
    const requests = await stage.sandbox.control<SeenRequest[]>('GET', `requests?since=${since}`)
    for (const id of Object.keys(CUT))
      assert.ok(requests.some(({ egress, status }) => egress === id && status === null))
  })
  for (const [id, hole] of Object.entries(CUT)) links.get(id)?.open(hole)
  return performance.now()
}

async function runThroughACut(stage: Stage, links: Map<string, HalfOpenLink>, round: number) {
  const titles = Array.from({ length: SEARCHES }, (_, place) => `${word(place)} tour${round}x`)
  for (const title of titles) await publish(stage.sandbox, title)
  const before = new Map(Object.keys(CUT).map((id) => [id, complaints(stage, id)]))
  for (const egress of Object.keys(CUT))
    await stage.sandbox.control('POST', 'faults', {
      egress,
      mode: 'slow',
      delayMs: 4_000,
      path: '/svc-catalogue',
      count: 1,
    })
  const since = new Date().toISOString()
  const running = stage.runOnce()
  const cutAt = await cutInFlight(stage, links, since)
  const noticedMs = Promise.all(
    Object.keys(CUT).map((id) =>
      eventually(async () => {
        assert.ok(complaints(stage, id) > (before.get(id) ?? 0), `${id} has noticed nothing`)
        return performance.now() - cutAt
      }, 60_000),
    ),
  )
  await sleep(CUT_FOR_MS)
  for (const link of links.values()) link.heal()
  return { run: await running, titles, noticedMs: await noticedMs }
}

test('a database that stops answering one worker is noticed at the deadline, and every answer of the site is recorded once', async () => {
  const links = new Map<string, HalfOpenLink>()
  await using stack = new AsyncDisposableStack()
  const stage = stack.use(
    await startStage({
      workers: WORKERS,
      engine: 'postgres',
      prepare: async ({ databaseUrl }, parts) => {
        for (const id of Object.keys(CUT)) links.set(id, parts.use(await startHalfOpenLink(databaseUrl)))
      },
      regionEnv: (id, { databaseUrl }) => ({ SUPABASE_URL: links.get(id)?.url ?? databaseUrl }),
    }),
  )
  for (let place = 0; place < SEARCHES; place += 1)
    await stage.createAlert({ name: word(place), searchText: word(place), chatId: String(2000 + place) })
  assert.equal((await stage.runOnce()).status, 'done')
  const rounds: Awaited<ReturnType<typeof runThroughACut>>[] = []
  for (let round = 0; round < timesOf(1, 20); round += 1) rounds.push(await runThroughACut(stage, links, round))

  const titles = rounds.flatMap((round) => round.titles)
  // A claim whose answer was lost is held for its 45 s.
  await eventually(async () => assert.equal((await countTellings(stage.sandbox, titles)).lost, 0), 90_000).catch(
    () => 0,
  )
  const { lost, repeated } = await countTellings(stage.sandbox, titles)
  const [doubled] = await stage.database.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from public.outbox where kind = 'find'
      group by alert_id, item_id having count(*) > 1) doubled`,
  )
  const unchecked = rounds.reduce((total, { run }) => total + SEARCHES - run.totals.alertsChecked, 0)
  const slowest = Math.max(...rounds.flatMap(({ noticedMs }) => noticedMs))
  // Half the deadline more for the page in flight at the cut, and the pace.
  const within = DEADLINE_MS * 1.5
  recordRow({
    fault: 'Half-open socket between a worker and the database gateway, with a page in flight',
    promise: `noticed at the deadline of ${DEADLINE_MS / 1000} s, each answer recorded once, the cycle completes`,
    n: `${rounds.length * Object.keys(CUT).length} cuts of ${CUT_FOR_MS / 1000} s`,
    result: `noticed after ${(slowest / 1000).toFixed(1)} s at most; ${unchecked} unchecked, ${lost} lost, ${repeated} repeated, ${doubled?.count} recorded twice`,
    kept: slowest <= within && unchecked + lost + repeated + (doubled?.count ?? 0) === 0,
  })
  assert.ok(slowest <= within, `noticed after ${slowest} ms`)
  for (const { run } of rounds) assert.equal(run.status, 'done', JSON.stringify(run))
  assert.deepEqual([lost, repeated, doubled?.count], [0, 0, 0])
})
