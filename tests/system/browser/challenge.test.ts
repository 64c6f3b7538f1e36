import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { browserProcesses } from './browser-processes.ts'
import { startBrowserFleet } from './start-browser-fleet.ts'
import type { BrowserFleet } from './start-browser-fleet.ts'

let stage: BrowserFleet
before(async () => {
  stage = await startBrowserFleet()
})
after(() => stage?.fleet.stop())

test('a challenged worker makes its session with a real browser and goes on by plain HTTP', async () => {
  const { fleet, database, execute, requests } = stage
  await fleet.control('POST', 'faults', { egress: 'worker-fr', mode: 'challenge' })
  const made = await execute('generate-cookies', { market: 'fr' })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  // Only a script of the page makes this one.
  assert.ok(made.body.data.cookieNames.includes('cf_clearance'))

  const [row] = await database.call('list_sessions', {})
  assert.deepEqual([row?.worker, row?.market, row?.source, row?.isUsable], ['worker-fr', 'fr', 'browser', true])
  assert.ok(row?.cookieNames.includes('cf_clearance') && row.cookieNames.includes('access_token_web'))

  const seen = await requests('/', 'www.vinted.fr')
  assert.deepEqual(
    seen.map(({ status }) => status),
    [403, 403, 200],
  )
  assert.doesNotMatch(seen[2]?.userAgent ?? 'Headless', /Headless/)

  // The address is looked at still: the session's cookies let it pass.
  await fleet.createAlert({ name: 'nike', market: 'fr', searchText: 'nike' })
  const run = await fleet.runOnce()
  assert.deepEqual([run.status, run.totals.alertsChecked, run.totals.errors], ['done', 1, 0])
  const checks = await requests('/svc-catalogue/items')
  assert.deepEqual(
    checks.map(({ status, userAgent }) => [status, userAgent]),
    [[200, seen[2]?.userAgent]],
  )
  await fleet.control('DELETE', 'faults')
})

test('asked for two browsers at once, a worker opens one after the other', async () => {
  const { worker, execute } = stage
  const { pid } = worker()
  const seen: number[] = []
  const profiles = new Set<string>()
  const watch = setInterval(() => {
    const open = new Set(browserProcesses(pid).map(({ profile }) => profile))
    seen.push(open.size)
    for (const profile of open) profiles.add(profile)
  }, 50)
  try {
    const made = await Promise.all(
      ['nl', 'us'].map((market) => execute('generate-cookies', { market, method: 'browser' })),
    )
    for (const { status, body } of made) assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual([Math.max(...seen), profiles.size], [1, 2])
  } finally {
    clearInterval(watch)
  }
  assert.deepEqual(browserProcesses(pid), [])
  assert.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.startsWith(`vigie-browser-${pid}-`)),
    [],
  )
})

test('a worker that is killed takes its browser with it', async () => {
  const { fleet, worker, execute } = stage
  const { pid } = worker()
  await fleet.control('POST', 'faults', { egress: 'worker-fr', mode: 'captcha' })
  // Its answer never comes: the worker dies first.
  const asked = execute('generate-cookies', { market: 'uk', method: 'browser' }).catch(() => null)
  await eventually(async () => assert.ok(browserProcesses(pid).length > 3))
  process.kill(pid, 'SIGKILL')
  await eventually(async () => assert.deepEqual(browserProcesses(pid), []), 5_000)
  await asked
})
