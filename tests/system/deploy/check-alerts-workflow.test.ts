import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { after, before, beforeEach, test } from 'node:test'
import { runJob } from '../../support/deploy/run-workflow.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import { startProcess } from '../../support/fleet/start-parts.ts'
import type { StartedProcess } from '../../support/fleet/start-parts.ts'
import { startTestRegion } from '../../support/fleet/start-region.ts'
import type { TestRegion } from '../../support/fleet/start-region.ts'
import type { Json } from '../../support/json.ts'

const API_SECRET = randomBytes(32).toString('hex')

let region: TestRegion
let main: StartedProcess

before(async () => {
  region = await startTestRegion({ API_SECRET })
  main = await startProcess('main-worker', {
    PORT: String(await freePorts(1)),
    API_SECRET,
    WORKERS: JSON.stringify([{ id: 'worker-fr', name: 'FR', region: 'cdg', url: region.worker.url }]),
    SUPABASE_URL: region.database.url,
    SUPABASE_SERVICE_ROLE_KEY: region.database.key,
    ALERT_CHECK_INTERVAL_MS: 'off',
  })
  await region.addAlert({ searchText: 'lanterne' })
})
after(async () => {
  await main.stop()
  await region[Symbol.asyncDispose]()
})

const runs = async (): Promise<Json[]> => {
  const answer = await fetch(`${main.url}/api/v1/runs`, { headers: { 'x-api-key': API_SECRET } })
  return ((await answer.json()) as Json).runs
}
/** The workflow's own script; `attempt` tells GitHub's "Re-run" from the run itself. */
const checkAlerts = (attempt: number, { url = main.url, key = API_SECRET, trigger = 'workflow_dispatch' } = {}) =>
  runJob({
    file: '.github/workflows/check-alerts.yml',
    job: 'check-alerts',
    contexts: {
      'vars.MAIN_WORKER_URL': url,
      'secrets.API_SECRET': key,
      'github.run_id': 77,
      'github.run_attempt': attempt,
      'github.event_name': trigger,
    },
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', RETRIES: '1' },
  })
let earlier: number
beforeEach(async () => {
  earlier = (await runs()).length
})

test('it starts a cycle, waits for its end and shows its summary', async () => {
  const { isGood, output } = await checkAlerts(1, { trigger: 'schedule' })
  assert.ok(isGood, output)
  assert.match(output, /"status": "done"/)
  assert.match(output, /"alertsChecked": 1/)
  assert.equal((await runs()).length, earlier + 1)
})

test('the same call again is the same cycle, a re-run is another one', async () => {
  assert.ok((await checkAlerts(1)).isGood)
  assert.equal((await runs()).length, earlier)
  assert.ok((await checkAlerts(2)).isGood)
  assert.equal((await runs()).length, earlier + 1)
})

test('while main’s own clock goes it only watches: nothing is asked twice', async () => {
  const { isGood, output } = await checkAlerts(3, { trigger: 'schedule' })
  assert.ok(isGood, output)
  assert.equal((await runs()).length, earlier)
  await region.database.query(`update public.alert_runs set started_at = started_at - interval '5 minutes'`)
  assert.ok((await checkAlerts(3, { trigger: 'schedule' })).isGood)
  assert.equal((await runs()).length, earlier + 1)
})

test('a main that is away for a moment is asked again, and what it then says is read alone', async () => {
  let calls = 0
  const passOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const answer = await fetch(`${main.url}${request.url}`, { method: request.method ?? 'GET', headers })
    response.writeHead(answer.status).end(await answer.text())
  }
  const proxy = createServer((request, response) => {
    calls += 1
    // Every second call meets a main that is being replaced.
    if (calls % 2 === 1) response.writeHead(503).end('{"error": "being replaced"}')
    else void passOn(request, response)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const { isGood, output } = await checkAlerts(4, { url })
  proxy.close()
  assert.ok(isGood, output)
  assert.ok(calls >= 6, `${calls} calls`)
})

test('a wrong key and a main that is gone fail it, in words', async () => {
  const wrong = await checkAlerts(3, { key: 'x'.repeat(64) })
  assert.equal(wrong.isGood, false)
  assert.match(wrong.output, /::error::main does not answer: /)
  assert.doesNotMatch(wrong.output, /xxxx/)
  const gone = await checkAlerts(3, { url: 'http://127.0.0.1:9' })
  assert.equal(gone.isGood, false)
  assert.match(gone.output, /Failed to connect|Could(n't| not) connect/)
})

test('a cycle that failed fails it, and a fleet that may not ask says why', async () => {
  await region.sandbox.control('POST', 'faults', { mode: 'forbidden' })
  const refused = await checkAlerts(5)
  assert.equal(refused.isGood, false, refused.output)
  assert.match(refused.output, /::error::cycle [0-9a-f-]+: failed/)
  const banned = await checkAlerts(6)
  assert.equal(banned.isGood, false, banned.output)
  assert.match(banned.output, /::error::/)
})
