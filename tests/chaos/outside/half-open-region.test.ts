import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import type { SeenRequest } from '../../support/fleet/start-region.ts'
import { recordRow } from '../support/record-row.ts'
import { timesOf } from '../support/chaos-size.ts'
import type { Json } from '../../support/json.ts'
import { startHalfOpenLink } from './support/half-open-link.ts'
import type { HalfOpenLink } from './support/half-open-link.ts'
import { startStage } from './support/start-stage.ts'
import type { Stage } from './support/start-stage.ts'
import { countTellings, publish } from './support/tellings.ts'

const SILENCE_MS = 6_000
const NOTICE_WITHIN_MS = SILENCE_MS + 5_000
const SEARCHES = 18
/** So slow that the cut worker still has something to do when main gives its work away. */
const SLOW = { REQUEST_DELAY_MIN_MS: '6000', REQUEST_DELAY_MAX_MS: '6000' }
const CUT = ['worker-us', 'worker-nl']
const WORKERS = ['worker-fr', ...CUT]

const word = (place: number): string => `sujet${String(place).padStart(2, '0')}x`

/** What the site was asked since then: `worker search` of every answered catalogue page. */
async function asked(stage: Stage, since: string): Promise<{ egress: string; search: string }[]> {
  const requests = await stage.sandbox.control<(SeenRequest & { query: string })[]>('GET', `requests?since=${since}`)
  return requests
    .filter(({ path, status }) => path.endsWith('/svc-catalogue/items') && status === 200)
    .map(({ egress, query }) => ({ egress, search: /sujet\d\dx/.exec(query)?.[0] ?? '' }))
}

const workerRow = async (stage: Stage, id: string): Promise<Json> => {
  const rows = await stage.database.query<Json>('select * from public.worker_status where worker_id = $1', [id])
  return rows[0]
}

/** Main looked after that moment, and both were there. */
const healthyAgain = (stage: Stage, since: string): Promise<void> =>
  eventually(async () => {
    for (const id of CUT) {
      const { is_healthy: isHealthy, last_health_check_at: lookedAt } = await workerRow(stage, id)
      assert.ok(isHealthy && new Date(lookedAt).toISOString() > since, `main has not seen ${id} again`)
    }
  }, 60_000)

/** When main knows that a worker is lost: its command is counted as failed. */
const noticed = (stage: Stage, id: string, before: number, cutAt: number): Promise<number> =>
  eventually(async () => {
    assert.ok((await workerRow(stage, id)).error_count > before, `${id} is not missed`)
    return performance.now() - cutAt
  }, 60_000)

async function cutAndCount(stage: Stage, links: Map<string, HalfOpenLink>, round: number) {
  const titles = Array.from({ length: SEARCHES }, (_, place) => `${word(place)} tour${round}x`)
  for (const title of titles) await publish(stage.sandbox, title)
  const since = new Date().toISOString()
  const running = stage.runOnce()
  await eventually(async () => {
    const begun = new Set((await asked(stage, since)).map(({ egress }) => egress))
    for (const id of CUT) assert.ok(begun.has(id), `${id} has not begun`)
  })
  const before = new Map<string, number>()
  for (const id of CUT) before.set(id, (await workerRow(stage, id)).error_count)
  const cutAt = performance.now()
  for (const id of CUT) links.get(id)?.open('both')
  const noticedMs = await Promise.all(CUT.map((id) => noticed(stage, id, before.get(id) ?? 0, cutAt)))
  const run = await running
  const doneMs = performance.now() - cutAt
  // The cut workers still hold the old plan: their next slot ends it.
  await eventually(async () => {
    for (const id of CUT) assert.equal((await stage.workerHealth(id)).run, null, `${id} still works on its old plan`)
  }, 30_000)
  for (const link of links.values()) link.heal()
  await healthyAgain(stage, new Date().toISOString())
  const all = await asked(stage, since)
  const twice = all.length - new Set(all.map(({ search }) => search)).size
  // What was due on the cut workers, less what they still asked themselves.
  const takenOver = (SEARCHES / WORKERS.length) * CUT.length - all.filter(({ egress }) => CUT.includes(egress)).length
  return { run, titles, noticedMs, doneMs, twice, takenOver }
}

test('a region that goes silent without closing is noticed in time, and the rest of its alerts is checked elsewhere in the same cycle', async () => {
  const links = new Map<string, HalfOpenLink>()
  await using stack = new AsyncDisposableStack()
  const stage = stack.use(
    await startStage({
      workers: WORKERS,
      engine: 'postgres',
      mainEnv: () => ({ WORKER_REQUEST_TIMEOUT_MS: String(SILENCE_MS) }),
      wayTo: async (id, url) => {
        if (!CUT.includes(id)) return url
        const link = stack.use(await startHalfOpenLink(url))
        links.set(id, link)
        return link.url
      },
    }),
  )
  for (let place = 0; place < SEARCHES; place += 1)
    await stage.createAlert({ name: word(place), searchText: word(place), chatId: String(2000 + place) })
  assert.equal((await stage.runOnce()).status, 'done')
  for (const id of CUT) {
    await stage.process(id).stop()
    await stage.start(id, SLOW)
  }
  await healthyAgain(stage, new Date().toISOString())
  const rounds: Awaited<ReturnType<typeof cutAndCount>>[] = []
  for (let round = 0; round < timesOf(1, 25); round += 1) rounds.push(await cutAndCount(stage, links, round))

  const titles = rounds.flatMap((round) => round.titles)
  await eventually(async () => assert.equal((await countTellings(stage.sandbox, titles)).lost, 0), 60_000).catch(
    () => 0,
  )
  const { lost, repeated } = await countTellings(stage.sandbox, titles)
  const slowest = Math.max(...rounds.flatMap(({ noticedMs }) => noticedMs))
  const slowestRun = Math.max(...rounds.map(({ doneMs }) => doneMs))
  const unchecked = rounds.reduce((total, { run }) => total + SEARCHES - run.totals.alertsChecked, 0)
  const twice = rounds.reduce((total, round) => total + round.twice, 0)
  const takenOver = rounds.reduce((total, round) => total + round.takenOver, 0)
  const [again] = await stage.database.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from public.outbox where kind = 'find'
      group by alert_id, item_id having count(*) > 1) doubled`,
  )
  const kept =
    slowest <= NOTICE_WITHIN_MS &&
    unchecked === 0 &&
    lost === 0 &&
    repeated === 0 &&
    twice <= CUT.length * rounds.length
  recordRow({
    fault: 'Half-open socket between main and a region, in the middle of a stream',
    promise: `noticed within ${NOTICE_WITHIN_MS / 1000} s (timeout ${SILENCE_MS / 1000} s + 5 s), rest checked elsewhere in the same cycle, nothing recorded twice`,
    n: `${CUT.length * rounds.length} of ${WORKERS.length} streams cut`,
    result: `noticed after ${(slowest / 1000).toFixed(1)} s at most, cycle done ${(slowestRun / 1000).toFixed(1)} s after the cut; ${takenOver} searches taken over, ${unchecked} unchecked, ${twice} asked twice (allowed: one in flight per cut), ${lost} lost, ${repeated} repeated`,
    kept,
  })
  assert.ok(slowest <= NOTICE_WITHIN_MS, `noticed after ${slowest} ms`)
  for (const { run } of rounds) assert.equal(run.status, 'done', JSON.stringify(run))
  assert.equal(unchecked, 0)
  assert.ok(takenOver > 0, 'the cut workers did everything themselves: nothing was tried')
  assert.ok(twice <= CUT.length * rounds.length, `${twice} searches were asked twice`)
  assert.equal(again?.count, 0)
  assert.deepEqual({ lost, repeated }, { lost: 0, repeated: 0 })
})
