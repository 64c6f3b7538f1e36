import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'

/** The documented lines, in their words. What main says at its start is in switches.test.ts. */
const ofMain = [
  /^Checking health of all workers \(4\)$/,
  /^Worker FR \(cdg\): healthy$/,
  /^Worker US \(iad\): unhealthy - connection refused/,
  /^Alert check cycle triggered \(4 alerts, by run-once\)$/,
  /^Attempt 1\/3 with Worker \w\w \(\w{3}\): custom$/,
  /^Worker FR \(cdg\): 1 match\(es\) on 1 alert\(s\)$/,
  /^Cycle done in \d+\.\d\ds: 4\/4 workers ok, 1 match\(es\), 0 error\(s\)$/,
  /^Worker FR \(cdg\) banned for \d+s \(403\)$/,
  /^Worker FR \(cdg\) reactivated$/,
]
const ofRegion = [
  /^Browser (found: .+|not found: .+)$/,
  /^Command received: check-alerts$/,
  /^Checking 1 alert\(s\) with 1 search\(es\)$/,
  /^NO_SCRAPING_COOKIES - no cookies in the database for fr$/,
  /^Cookies generated for fr: .*access_token_web/,
  /^Cookies read from the database for fr \(database, \d+s old\)$/,
  /^Match for "the fr one": Logged thing - 10\.00 EUR \(11\.20 with fees\)$/,
  /^The site answered blocked for fr: HTTP 403/,
  /^Command done: check-alerts in \d+\.\d\ds$/,
  /^Command failed: check-alerts \(NO_SCRAPING_COOKIES\)/,
]

/** Whichever region sends it. */
const ofAny = [/^Message sent to 1000001: /]

test('every documented log line appears, in its words', async () => {
  await using fleet = await startTestFleet({ env: { HEALTH_CHECK_INTERVAL_MS: '500', WORKER_BAN_DURATION_MS: '3000' } })
  for (const market of ['fr', 'us', 'nl', 'uk'])
    await fleet.createAlert({ name: `the ${market} one`, market, searchText: 'logged thing' })
  await fleet.runOnce()
  await fleet.control('POST', 'listings', {
    market: 'fr',
    listings: [{ title: 'Logged thing', brand: 'Nike', size: 'M', statusId: 2, price: 10 }],
  })
  await fleet.runOnce()
  await fleet.api('POST', '/api/v1/worker/main/execute', {
    type: 'custom',
    payload: { task: 'clear-session', args: { market: 'de' } },
  })
  await fleet.control('POST', 'faults', { egress: 'worker-fr', mode: 'forbidden', path: '/svc-catalogue' })
  await fleet.runOnce()
  await fleet.control('DELETE', 'faults')
  process.kill(fleet.local().workers.find(({ id }) => id === 'worker-us')?.pid ?? 0, 'SIGKILL')
  const missing = (name: string | undefined, lines: RegExp[]): string[] => {
    const said = fleet.logs(name).map((line) => line.msg)
    return lines.filter((line) => !said.some((text) => line.test(text))).map(String)
  }
  await eventually(async () => {
    assert.deepEqual(missing('main', ofMain), [])
    assert.deepEqual(missing('worker-fr', ofRegion), [])
    assert.deepEqual(missing(undefined, ofAny), [])
  }, 30_000)
  const entry = fleet.logs('worker-fr').find((line) => line.event === 'match') as Record<string, unknown> | undefined
  assert.equal(entry?.['workerId'], 'worker-fr')
  assert.equal(entry?.['region'], 'cdg')
  assert.equal(entry?.['runId'], entry?.['correlationId'])
  assert.ok(fleet.logs('main').some((line) => line.event === 'cycleDone' && 'runId' in line))
})
