import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { faultModes } from '../../../local/sandbox/vinted/faults.ts'
import type { FaultMode } from '../../../local/sandbox/vinted/faults.ts'
import type { Verdict } from '../../../shared/contracts/verdict.ts'
import { startTestRegion } from '../../support/fleet/start-region.ts'
import type { TestRegion } from '../../support/fleet/start-region.ts'
import { recordRow } from '../support/record-row.ts'
import type { Json } from '../../support/json.ts'
import { publish } from './support/tellings.ts'

/** One request of 10 s, the pace, and a slow machine. */
const WITHIN_MS = 15_000
/** A browser's patience with a page that never passes is 20 s. */
const BROWSER_WITHIN_MS = 45_000

/** What each mode means when it hits the catalogue only, and when it hits the whole site. `ok` is no failure: the state may move. */
const expected: Readonly<Record<FaultMode, readonly [onCatalogue: Verdict, onAll: Verdict]>> = {
  unauthorized: ['blocked', 'blocked'],
  forbidden: ['blocked', 'blocked'],
  // A real browser makes a session; challenged with that session too, the address is refused.
  challenge: ['challenged', 'ok'],
  captcha: ['challenged', 'captcha'],
  throttled: ['throttled', 'throttled'],
  error: ['upstream-error', 'upstream-error'],
  timeout: ['upstream-error', 'upstream-error'],
  slow: ['ok', 'ok'],
  truncated: ['upstream-error', 'upstream-error'],
  html: ['protocol-changed', 'protocol-changed'],
  'gzip-bomb': ['upstream-error', 'upstream-error'],
  endless: ['upstream-error', 'upstream-error'],
  gone: ['protocol-changed', 'protocol-changed'],
  'wrong-market': ['wrong-market', 'wrong-market'],
  // A page that stands still is a good page; the canary tells it from a quiet day.
  frozen: ['ok', 'ok'],
}
const NEEDS_BROWSER: readonly FaultMode[] = ['challenge', 'captcha']
const CATALOGUE = '/svc-catalogue'

/** One region each, so that what waits for a timeout waits side by side. */
type Lane = { name: string; region: () => TestRegion; modes: readonly FaultMode[]; path: string | null }
const plainModes = faultModes.filter((mode) => !NEEDS_BROWSER.includes(mode))
const lanes: Lane[] = [
  { name: 'the catalogue', region: regionAt(0), modes: plainModes, path: CATALOGUE },
  { name: 'the whole site', region: regionAt(1), modes: plainModes, path: null },
  { name: 'the catalogue, with Chromium', region: regionAt(2), modes: NEEDS_BROWSER, path: CATALOGUE },
  { name: 'the whole site, with Chromium', region: regionAt(2), modes: NEEDS_BROWSER, path: null },
]

type Outcome = { mode: FaultMode; scope: string; verdict: string; ms: number; problems: string[] }

const regions: TestRegion[] = []
const outcomes: Outcome[] = []

function regionAt(place: number): () => TestRegion {
  return () => regions[place] as TestRegion
}

before(async () => {
  const env = { WORKER_BAN_DURATION_MS: '600000' }
  for (const browser of [{ CHROME_PATH: '/nowhere' }, { CHROME_PATH: '/nowhere' }, {}])
    regions.push(await startTestRegion({ ...env, ...browser }))
})
after(() => Promise.all(regions.map((region) => region[Symbol.asyncDispose]())))

/** Everything a failed check must leave alone. */
const stateOf = async (region: TestRegion): Promise<Json> => {
  const rows = await region.database.query<Json>(
    `select (select jsonb_agg(to_jsonb(a) order by a.id) from public.alerts a) as alerts,
      (select jsonb_agg(to_jsonb(s) order by s.key) from public.searches s) as searches,
      (select count(*)::int from public.seen_items) as seen,
      (select count(*)::int from public.alert_matches) as matches,
      (select count(*)::int from public.outbox where kind <> 'notice') as messages`,
  )
  return rows[0]
}

/** As a worker that has just come back: no ban, no rest, no slow pace, a good session. */
async function freshStart(region: TestRegion): Promise<void> {
  await region.sandbox.control('DELETE', 'faults')
  await region.database.query('delete from public.egress_status')
  await region.database.query('delete from public.scraping_cookies')
  await region.database.query('delete from public.market_rests')
  const made = await region.execute('generate-cookies', { market: 'fr' })
  assert.equal(made.status, 200, JSON.stringify(made.body))
}

async function tryMode(region: TestRegion, alert: Json, mode: FaultMode, path: string | null, title: string) {
  await freshStart(region)
  // A page from before the fault is what `frozen` shows; what comes after it must be found later, and once.
  const options = { ...(path !== null && { path }), ...(mode === 'throttled' && { retryAfter: 120 }) }
  await region.sandbox.control('POST', 'faults', { mode, ...options })
  await publish(region.sandbox, title)
  const before = await stateOf(region)
  const startedAt = performance.now()
  const lines = await region.check([alert])
  const ms = performance.now() - startedAt
  const checked = lines.find((line) => line.line === 'alert-checked')
  const last = lines.at(-1)
  const verdict = checked?.verdict ?? 'none'
  const problems: string[] = []
  if (verdict !== expected[mode][path === null ? 1 : 0]) problems.push(`verdict ${verdict}: ${JSON.stringify(lines)}`)
  if (last?.line === 'failed' && last.failure.code === 'INTERNAL') problems.push('an unhandled error')
  if (ms > (NEEDS_BROWSER.includes(mode) ? BROWSER_WITHIN_MS : WITHIN_MS)) problems.push(`took ${ms} ms`)
  if (verdict !== 'ok') {
    try {
      assert.deepEqual(await stateOf(region), before)
    } catch (error) {
      problems.push(`the alert's state changed: ${String(error)}`)
    }
  }
  return { mode, scope: path ?? 'whole site', verdict, ms, problems }
}

/** When the site is well again the listing of that time is found, once. */
async function findAfterwards(region: TestRegion, alert: Json, title: string): Promise<string[]> {
  await freshStart(region)
  await region.check([alert])
  const [row] = await region.database.query<{ count: number }>(
    `select count(*)::int as count from public.outbox where kind = 'find' and payload #>> '{listing,title}' = $1`,
    [title],
  )
  return row?.count === 1 ? [] : [`its listing is queued ${row?.count} times`]
}

async function tryAndRecover(region: TestRegion, mode: FaultMode, path: string | null): Promise<string[]> {
  const name = `${mode.replace('-', '')}${path === null ? 'tout' : 'liste'}`
  // Also in the neighbour's market, whose page a wrong market shows: one row with its words tells it, as most alerts are narrow.
  for (const market of ['fr', 'nl']) await publish(region.sandbox, `${name} ancien`, market)
  const alert = await region.addAlert({ searchText: name })
  await freshStart(region)
  await region.check([alert])
  const title = `${name} neuf`
  const outcome = await tryMode(region, alert, mode, path, title)
  outcome.problems.push(...(await findAfterwards(region, alert, title)))
  outcomes.push(outcome)
  return outcome.problems
}

describe('each fault mode is a typed verdict in time, and a failed check changes nothing', { concurrency: 3 }, () => {
  for (const group of [lanes.slice(0, 1), lanes.slice(1, 2), lanes.slice(2)]) {
    describe(group.map(({ name }) => name).join('; '), { concurrency: 1 }, () => {
      for (const { name, region, modes, path } of group) {
        for (const mode of modes)
          test(`${mode} on ${name}`, async () => assert.deepEqual(await tryAndRecover(region(), mode, path), []))
      }
    })
  }
})

test('no worker met an error it had no word for', async () => {
  const crashed = regions
    .flatMap(({ worker }) => worker.logs)
    .filter(({ level, msg }) => level >= 60 || msg === 'unexpected error')
  const alive = await Promise.all(regions.map(({ worker }) => fetch(`${worker.url}/api/health`)))
  const broken = outcomes.filter(({ problems }) => problems.length > 0)
  const isAlive = alive.every(({ ok }) => ok)
  const slowest = Math.max(...outcomes.filter(({ mode }) => !NEEDS_BROWSER.includes(mode)).map(({ ms }) => ms))
  const browser = Math.max(...outcomes.filter(({ mode }) => NEEDS_BROWSER.includes(mode)).map(({ ms }) => ms))
  recordRow({
    fault: 'Vinted: each of the 15 fault modes alone, on the catalogue and on the whole site',
    promise:
      'a typed verdict within the deadline, alert state unchanged when the check failed, nothing lost afterwards',
    n: `${outcomes.length} faults`,
    result: `${outcomes.length - broken.length} kept, ${crashed.length} unhandled errors; slowest ${(slowest / 1000).toFixed(1)} s, with Chromium ${(browser / 1000).toFixed(1)} s${broken.length > 0 ? `; broken: ${broken.map(({ mode, scope }) => `${mode} (${scope})`).join(', ')}` : ''}`,
    kept: broken.length === 0 && crashed.length === 0 && isAlive && outcomes.length === faultModes.length * 2,
  })
  assert.deepEqual([crashed, isAlive, broken], [[], true, []])
})
