import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../support/fleet/eventually.ts'
import type { Part } from '../../support/parts/start-part.ts'
import { finishedRun, readRuns } from '../../support/parts/runs.ts'
import type { RunRow } from '../../support/parts/runs.ts'
import { startPartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { PartsFleet } from '../../support/parts/start-parts-fleet.ts'
import { timesOf } from '../support/chaos-size.ts'
import { checkedBy, incident, measure } from './support/measure-schedule.ts'
import { startLossyGateway } from './support/lossy-gateway.ts'
import type { LossyGateway } from './support/lossy-gateway.ts'
import { addPricedAlerts, askedForPriced, coveredSince, openMarket, PRICED_ALERTS } from './support/priced-families.ts'
import type { Market } from './support/priced-families.ts'
import { startSlowTcp } from './support/slow-tcp.ts'
import type { SlowTcp } from './support/slow-tcp.ts'
import { testPromise } from './support/test-promise.ts'

const ROUNDS = timesOf(1, 20)
const BAN_MS = 8_000
const AWAY_MS = 5_000
const DRAINED_MS = 10_000
const ITEMS = '/svc-catalogue/items'
const LOST_SHARE = 0.1
const PROMISED_MS = { elsewhere: 20_000, takenOver: 25_000 }
const CLOCK = {
  SCHEDULE: 'continuous',
  ALERT_CHECK_INTERVAL_MS: '10000',
  ALERT_CHECK_INITIAL_DELAY_MS: '0',
  REQUEST_DELAY_MIN_MS: '100',
  REQUEST_DELAY_MAX_MS: '200',
  WORKER_REQUEST_TIMEOUT_MS: '6000',
}

let fleet: PartsFleet
let wire: SlowTcp
let lossy: LossyGateway
let market: Market
/** The one that leads comes first. */
let mains: Part[]
const regions = new Map<string, Part>()

before(async () => {
  fleet = await startPartsFleet({
    beforePostgres: async (port) => (wire = await startSlowTcp(port)),
    beforeGateway: async (url) => (lossy = await startLossyGateway(url, 20_261_122)),
    regionEnv: { WORKER_BAN_DURATION_MS: String(BAN_MS), WORKER_BAN_MAX_DURATION_MS: String(BAN_MS) },
    mainEnv: CLOCK,
  })
  for (const [place, id] of ['worker-fr', 'worker-us', 'worker-nl', 'worker-uk'].entries())
    regions.set(id, fleet.regions[place] as Part)
  await addPricedAlerts(fleet.sql)
  market = openMarket(fleet.sandbox.control, fleet.sql)
  mains = [await fleet.startMain(0)]
  const since = Date.now()
  // Asked by themselves, the broader pages begun, asked by themselves once more, and from then on together.
  await eventually(async () => assert.equal(await coveredSince(fleet.sql, since), PRICED_ALERTS), 120_000)
  mains.push(await fleet.startMain(1))
})
after(async () => {
  await market.stop()
  await fleet[Symbol.asyncDispose]()
})

/** Who asks for a shared page at this moment, once so many do: answers are slow until then. */
async function askersOfCovers(count: number): Promise<string[]> {
  const since = Date.now()
  await control('POST', { mode: 'slow', delayMs: 1_500, path: ITEMS })
  return eventually(async () => {
    const { covers } = await askedForPriced(fleet.sandbox.control, since)
    const askers = [...new Set(covers.filter(({ status }) => status === null).map(({ egress }) => egress))]
    assert.ok(askers.length >= count, `${askers.length} shared pages are in flight`)
    return askers
  }, 40_000)
}

const control = (method: 'POST' | 'DELETE', body?: object): Promise<unknown> =>
  fleet.sandbox.control(method, 'faults', body)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

testPromise(
  {
    fault:
      'continuous, covers: a region killed with a shared page in flight, another stopped (SIGSTOP) and woken, a third refused (403)',
    promise:
      'the fourth has asked everything within 20 s; every listing told once to each alert it matches, to no other; incidents open and close',
  },
  () =>
    measure(fleet, market, ROUNDS, async () => {
      const since = Date.now()
      const [killed, stopped] = (await askersOfCovers(2)) as [string, string]
      const [refused, last] = [...regions.keys()].filter((id) => id !== killed && id !== stopped) as [string, string]
      await Promise.all([regions.get(killed)?.signal('SIGKILL'), regions.get(stopped)?.signal('SIGSTOP')])
      await control('DELETE')
      await control('POST', { egress: refused, mode: 'forbidden', path: ITEMS })
      const elsewhereMs = await checkedBy(fleet.sql, [last], Date.now())
      const wrong = [
        ['worker-down', killed],
        ['worker-down', stopped],
        ['ban', refused],
      ] as const
      await Promise.all(wrong.map(([kind, subject]) => incident(fleet.sql, kind, subject, since, false)))
      const { all } = await askedForPriced(fleet.sandbox.control, since)
      const refusedAt = all.filter(({ status }) => status === 403).map(({ time }) => Date.parse(time))
      // Once for each ban: a busy machine takes longer than one to notice who is down.
      const refusals = refusedAt.filter((at, place) => place === 0 || at - (refusedAt[place - 1] ?? 0) < BAN_MS).length
      await control('DELETE')
      await regions.get(stopped)?.signal('SIGCONT')
      regions.set(killed, await fleet.startRegion(killed))
      await Promise.all(wrong.map(([kind, subject]) => incident(fleet.sql, kind, subject, since, true)))
      return {
        more: `${refusals} refused request(s); all checked elsewhere after ${seconds(elsewhereMs)}`,
        isKept: elsewhereMs <= PROMISED_MS.elsewhere && refusals === 1,
        detail: { elsewhereMs, refusals },
      }
    }),
)

const answersLost = (): number => [...lossy.lost.values()].reduce((sum, times) => sum + times, 0)

testPromise(
  {
    fault:
      'continuous, covers: a region drained, another told to slow down (429), PostgreSQL away for 5 s, then answers lost after the commit (10 %)',
    promise:
      'the drained is given nothing new after 10 s; all checked within 20 s of its return; every listing told once to each alert it matches, to no other',
  },
  () =>
    measure(fleet, market, ROUNDS, async () => {
      const [main] = mains as [Part]
      const since = Date.now()
      await fleet.api(main, 'POST', '/api/v1/worker/worker-fr/drain')
      await control('POST', { egress: 'worker-uk', mode: 'throttled', retryAfter: 1, count: 2, path: ITEMS })
      await checkedBy(fleet.sql, ['worker-us', 'worker-nl', 'worker-uk'], since)
      wire.cut(true)
      await sleep(AWAY_MS)
      wire.cut(false)
      const backMs = await checkedBy(fleet.sql, [...regions.keys()], Date.now())
      const lostBefore = answersLost()
      lossy.lose(LOST_SHARE)
      await checkedBy(fleet.sql, [...regions.keys()], Date.now())
      lossy.lose(0)
      const lost = answersLost() - lostBefore
      const { all } = await askedForPriced(fleet.sandbox.control, since + DRAINED_MS)
      const drained = all.filter(({ egress }) => egress === 'worker-fr').length
      await fleet.api(main, 'POST', '/api/v1/worker/worker-fr/resume')
      await control('DELETE')
      return {
        more: `${lost} answers lost, ${drained} requests by the drained; all checked ${seconds(backMs)} after PostgreSQL was back`,
        isKept: backMs <= PROMISED_MS.elsewhere && lost > 0 && drained === 0,
        detail: { backMs, drained, lost: [...lossy.lost] },
      }
    }),
)

/** The report that runs while a shared page is in flight. */
async function busyReport(): Promise<RunRow> {
  await askersOfCovers(1)
  const run = (await readRuns(fleet.sql)).find(({ status }) => status === 'running')
  assert.ok(run, 'who asks does so for a report')
  return run
}

/** The run goes on under another fence; answers how long that took. */
async function takenOver({ id, fence }: RunRow): Promise<number> {
  const since = Date.now()
  await eventually(async () => {
    const run = (await readRuns(fleet.sql)).find((each) => each.id === id)
    assert.ok(run && run.fence !== fence, 'nobody has taken the report over')
  }, 60_000)
  return Date.now() - since
}

testPromise(
  {
    fault:
      'continuous, covers: main killed with a shared page in flight; the other stopped (SIGSTOP) for longer than its lease, then woken',
    promise:
      'the same report goes on under the other within 25 s; never two at once; every listing told once, to no alert it does not match',
  },
  () =>
    measure(fleet, market, ROUNDS, async () => {
      const [leader, other] = mains as [Part, Part]
      const killedIn = await busyReport()
      await leader.signal('SIGKILL')
      const killedMs = await takenOver(killedIn)
      await control('DELETE')
      const place = leader.url < other.url ? 0 : 1
      const again = await fleet.startMain(place)

      const stoppedIn = await busyReport()
      await other.signal('SIGSTOP')
      const stoppedMs = await takenOver(stoppedIn)
      await other.signal('SIGCONT')
      await control('DELETE')
      await checkedBy(fleet.sql, [...regions.keys()], Date.now())
      await Promise.all([killedIn, stoppedIn].map(({ id }) => finishedRun(fleet.sql, id)))
      mains = [again, other]
      const slowestMs = Math.max(killedMs, stoppedMs)
      return {
        more: `taken over after ${seconds(slowestMs)} at most`,
        isKept: slowestMs <= PROMISED_MS.takenOver,
        detail: { killedMs, stoppedMs },
      }
    }),
)
