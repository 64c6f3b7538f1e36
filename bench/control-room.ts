import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { startTestDatabase } from '../tests/support/database/test-database.ts'
import { eventually } from '../tests/support/fleet/eventually.ts'
import { freePorts } from '../tests/support/fleet/free-ports.ts'
import { startProcess } from '../tests/support/fleet/start-parts.ts'
import type { StartedProcess } from '../tests/support/fleet/start-parts.ts'
import { startTestFleet } from '../tests/support/fleet/start-test-fleet.ts'
import { memoryOf } from './machine/process-usage.ts'
import type { Table } from '../tests/support/report/format-table.ts'
import { median, quantile } from './report/quantile.ts'
import { ALERTS, fillDatabase, FINDS } from './room/fill-database.ts'
import { openPages } from './room/open-pages.ts'

const TIMES = 200
const WARM_UP = 20
const PAGES = 200
const SETTLE_MS = 15_000
const LISTINGS = 40

type Main = { process: StartedProcess; headers: Record<string, string> }

/** A main worker on a full database; its regions are not there. */
async function withMain<Result>(engine: 'pglite' | 'postgres', use: (main: Main) => Promise<Result>): Promise<Result> {
  await using stack = new AsyncDisposableStack()
  const database = await startTestDatabase({ engine, migrationsDir: 'supabase/migrations' })
  stack.defer(() => database.close())
  await fillDatabase(database)
  const apiKey = randomBytes(32).toString('hex')
  const main = await startProcess('main-worker', {
    PORT: String(await freePorts(1)),
    API_SECRET: apiKey,
    WORKERS: JSON.stringify([{ id: 'worker-fr', name: 'FR', region: 'cdg', url: 'http://127.0.0.1:1' }]),
    SUPABASE_URL: database.url,
    SUPABASE_SERVICE_ROLE_KEY: database.key,
    ALERT_CHECK_INTERVAL_MS: 'off',
    METRICS_PORT: '0',
  })
  stack.defer(async () => {
    await main.stop()
  })
  return await use({ process: main, headers: { 'x-api-key': apiKey } })
}

async function timeGet({ process, headers }: Main, path: string): Promise<number[]> {
  const times: number[] = []
  for (let time = 0; time < WARM_UP + TIMES; time += 1) {
    const startedAt = performance.now()
    const answer = await fetch(process.url + path, { headers })
    await answer.text()
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
    if (time >= WARM_UP) times.push(performance.now() - startedAt)
  }
  return times
}

async function* speed(): AsyncGenerator<Table> {
  const rows: (string | number)[][] = []
  for (const engine of ['postgres', 'pglite'] as const) {
    await withMain(engine, async (main) => {
      for (const path of ['/api/health', '/']) {
        const times = await timeGet(main, path)
        const limit = path === '/' ? 50 : null
        const p95 = quantile(times, 0.95)
        rows.push([engine, path, median(times), p95, limit === null ? '-' : `≤ ${limit}`, verdict(p95, limit)])
      }
    })
  }
  yield {
    title: `room: a page of main, ${ALERTS} alerts and ${FINDS} finds in the database`,
    n: `N=${TIMES}, one after the other`,
    columns: ['database', 'page', 'median (ms)', 'p95 (ms)', 'target p95', ''],
    rows,
    notes: [
      'Measured by the caller on loopback: main, its gateway and the database together. /api/health is the floor.',
    ],
  }
}

const verdict = (value: number, limit: number | null): string =>
  limit === null ? '' : value <= limit ? 'ok' : 'MISSED'

async function* size(): AsyncGenerator<Table> {
  const rows = await withMain('pglite', async ({ process, headers }) => {
    const page = await (await fetch(`${process.url}/`, { headers })).text()
    const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
    return Promise.all(
      assets.map(async (path): Promise<[string, number, number]> => {
        const body = Buffer.from(await (await fetch(process.url + path)).arrayBuffer())
        return [path.split('/').at(-1) ?? '', body.length / 1024, gzipSync(body, { level: 9 }).length / 1024]
      }),
    )
  })
  const total = rows.reduce((sum, [, , gzip]) => sum + gzip, 0)
  yield {
    title: 'room: what a page loads besides itself and its photos',
    n: 'N=1',
    columns: ['asset', 'KB', 'KB gzip', 'target', ''],
    rows: [
      ...rows.map(([name, plain, gzip]) => [name, plain, gzip, '-', '']),
      ['all', '-', total, '≤ 40', verdict(total, 40)],
    ],
  }
}

async function* memory(): AsyncGenerator<Table> {
  const [before, open, twice, after] = await withMain('postgres', async (main) => {
    const url = `${main.process.url}/live/home`
    // One page first: what the code itself needs is there then.
    const first = await openPages(url, main.headers, 1)
    await sleep(SETTLE_MS)
    const alone = memoryOf(main.process.pid).nowMb
    const pages = await openPages(url, main.headers, PAGES)
    await sleep(SETTLE_MS)
    const full = memoryOf(main.process.pid).nowMb
    const more = await openPages(url, main.headers, PAGES)
    await sleep(SETTLE_MS)
    const fuller = memoryOf(main.process.pid).nowMb
    await Promise.all([first.close(), pages.close(), more.close()])
    await sleep(SETTLE_MS)
    return [alone, full, fuller, memoryOf(main.process.pid).nowMb] as const
  })
  yield {
    title: `room: ${PAGES} and ${2 * PAGES} open live pages`,
    n: `N=1, each state after ${SETTLE_MS / 1000} s`,
    columns: ['main with', 'resident (MB)', 'more (MB)', 'target', ''],
    rows: [
      ['1 page', before, '-', '-', ''],
      [`${PAGES} more`, open, open - before, '≤ 60', verdict(open - before, 60)],
      [`${2 * PAGES} more`, twice, twice - before, '-', ''],
      ['none again', after, after - before, '-', ''],
    ],
  }
}

/** From Telegram's acceptance of a find to the piece of the page that shows it; a find shows as soon as it is recorded. */
async function* delivery(): AsyncGenerator<Table> {
  await using fleet = await startTestFleet()
  const { main, apiKey } = fleet.local()
  await fleet.createAlert({ name: 'bench', market: 'fr', searchText: 'bench lamp' })
  await fleet.runOnce()
  const pages = await openPages(`${main.url}/live/home`, { 'x-api-key': apiKey }, 1)
  const seenAt = new Map<string, number>()
  let text = ''
  pages.onText((chunk) => {
    text = (text + chunk).slice(-200_000)
    for (const [title] of text.matchAll(/Bench lamp \d+x/g)) if (!seenAt.has(title)) seenAt.set(title, Date.now())
  })
  const delays: number[] = []
  for (let place = 0; place < LISTINGS; place += 1) {
    const title = `Bench lamp ${place}x`
    const lamp = { title, brand: 'Ikea', size: 'M', statusId: 2, price: 5 }
    await fleet.control('POST', 'listings', { market: 'fr', listings: [lamp] })
    await fleet.runOnce()
    const sent = await eventually(async () => {
      const message = (await fleet.messages()).find(({ caption }) => caption?.includes(title))
      if (!message || !seenAt.has(title)) throw new Error(`${title} is not there`)
      return message as unknown as { time: string }
    })
    delays.push((seenAt.get(title) ?? Number.NaN) - Date.parse(sent.time))
  }
  await pages.close()
  const p95 = quantile(delays, 0.95)
  yield {
    title: 'room: from delivery to the eye',
    n: `N=${LISTINGS} finds`,
    columns: ['', 'median (ms)', 'p95 (ms)', 'slowest', 'target p95', ''],
    rows: [
      ['delivered → on the open home page', median(delays), p95, Math.max(...delays), '≤ 1000', verdict(p95, 1_000)],
    ],
    notes: ['Below zero: the page showed it before Telegram had taken it.'],
  }
}

/** The page against its numbers. */
export async function* benchControlRoom(): AsyncGenerator<Table> {
  yield* speed()
  yield* size()
  yield* memory()
  yield* delivery()
}
