import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../../local/sandbox/random.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import { openPostOffice } from './support/post-office.ts'
import type { PostOffice } from './support/post-office.ts'
import { openWire } from './support/open-wire.ts'
import type { Ending, WorkerProcess } from './support/spawn-worker.ts'

const STOPS = timesOf(50, 500)
const REGIONS = 4
const MARKETS = ['fr', 'us', 'nl', 'uk']
const ALERTS = 16
const STOPPED_WITHIN_MS = 20_000
const ARRIVED_WITHIN_MS = 2 * 60_000
/** A cycle takes about a second, so most stops hit one. */
const CYCLES = {
  ALERT_CHECK_INTERVAL_MS: '1500',
  ALERT_CHECK_INITIAL_DELAY_MS: '0',
  HEALTH_CHECK_INTERVAL_MS: '1000',
}
const random = seededRandom(20261123)

/** Each alert has a word and a chat of its own; a search finds the beginnings of words, so none begins another. */
const wordOf = (alert: number): string => `chaos${100 + alert}`

async function addAlerts(post: PostOffice): Promise<void> {
  for (let alert = 0; alert < ALERTS; alert += 1) {
    const market = MARKETS[alert % MARKETS.length]
    await post.database.query('select public.create_alert(gen_random_uuid(), $1)', [
      JSON.stringify({ market, name: `alert ${alert}`, searchText: wordOf(alert), chatId: String(100 + alert) }),
    ])
  }
}

const allBaselined = async (post: PostOffice): Promise<void> => {
  const [row] = await post.database.query<{ count: number }>(
    `select count(*)::int as count from public.outbox where kind = 'baseline' and state = 'sent'`,
  )
  assert.equal(row?.count, ALERTS)
}

/** About five finds a second until told to stop; answers how many. */
async function publish(post: PostOffice, signal: AbortSignal): Promise<number> {
  let published = 0
  while (!signal.aborted) {
    const alert = random.int(0, ALERTS - 1)
    const title = `Robe ${(published += 1)} ${wordOf(alert)}`
    const listings = [{ title, brand: 'Nike', size: 'M', statusId: 2, price: 20 }]
    await post.sandbox.control('POST', 'listings', { market: MARKETS[alert % MARKETS.length], listings })
    await sleep(random.int(50, 350))
  }
  return published
}

/** Two random processes at a time are asked to stop at a random moment, and started again. */
async function stopAndStart(processes: WorkerProcess[], start: ((place: number) => Promise<WorkerProcess>)[]) {
  const endings: Ending[] = []
  const restart = async (place: number, name: NodeJS.Signals): Promise<void> => {
    await sleep(random.int(0, 1500))
    const ending = await processes[place]?.end(name)
    if (ending) endings.push(ending)
    processes[place] = (await start[place]?.(place)) as WorkerProcess
  }
  for (let first = 0; endings.length < STOPS; first += 1) {
    // Each comes at its turn, so that main and every region are hit equally often.
    const place = first % processes.length
    const other = (place + random.int(1, processes.length - 1)) % processes.length
    await Promise.all([restart(place, 'SIGTERM'), restart(other, 'SIGINT')])
  }
  return endings
}

test(`${STOPS} graceful stops of main and of regions, under load, lose nothing and repeat nothing`, async (t) => {
  const post = await openPostOffice('postgres')
  const wire = await openWire(post.sandbox.url, { before: () => sleep(60), after: () => sleep(60) })
  const publishing = new AbortController()
  t.after(async () => {
    publishing.abort()
    await post.close()
    await wire.close()
  })
  await addAlerts(post)
  const region = (place: number) => post.startSender(place, { telegram: wire.url })
  const regions = Array.from({ length: REGIONS }, () => region)
  const processes = await Promise.all(regions.map((start, place) => start(place)))
  processes.push(await post.startMain(REGIONS, CYCLES))
  await eventually(() => allBaselined(post), 120_000)

  const published = publish(post, publishing.signal)
  const endings = await stopAndStart(processes, [...regions, () => post.startMain(REGIONS, CYCLES)])
  publishing.abort()
  const finds = await published
  await eventually(async () => {
    await post.witness.look()
    assert.equal(post.witness.counts().size, finds)
    assert.equal(await post.waiting(), 0)
  }, ARRIVED_WITHIN_MS).catch(() => undefined) // What is missing is lost, and counted as such.
  endings.push(...(await Promise.all(processes.map((worker) => worker.end('SIGTERM')))))

  await post.witness.look()
  const lost = finds - post.witness.counts().size
  const repeats = post.witness.repeats()
  const unclean = endings.filter(({ code }) => code !== 0)
  const slowest = Math.max(...endings.map(({ ms }) => ms))
  recordRow({
    fault: 'SIGTERM or SIGINT of main and of regions, cycles running',
    promise: '0 lost, 0 repeated, each ends with code 0 within 20 s',
    n: `${endings.length} stops, ${finds} finds, 1 + ${REGIONS} processes`,
    result: `${lost} lost, ${repeats} repeated, ${unclean.length} unclean, slowest ${(slowest / 1000).toFixed(1)} s`,
    kept: lost === 0 && repeats === 0 && unclean.length === 0 && slowest < STOPPED_WITHIN_MS,
  })
  assert.equal(lost, 0)
  assert.equal(repeats, 0)
  assert.deepEqual(unclean, [])
  assert.ok(slowest < STOPPED_WITHIN_MS, `one took ${slowest} ms`)
})
