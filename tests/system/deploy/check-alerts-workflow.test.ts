import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { after, before, beforeEach, test } from 'node:test'
import { runWorkflow } from '../../support/deploy/run-workflow.ts'
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
const checkAlerts = async (attempt: number, { url = main.url, key = API_SECRET } = {}) => {
  const [result] = await runWorkflow({
    file: '.github/workflows/check-alerts.yml',
    contexts: {
      vars: { MAIN_WORKER_URL: url },
      secrets: { API_SECRET: key },
      github: { run_id: 77, run_attempt: attempt },
    },
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '' },
  })
  assert.ok(result)
  return result
}
let earlier: number
beforeEach(async () => {
  earlier = (await runs()).length
})

test('it starts a cycle, waits for its end and shows its summary', async () => {
  const { result, output } = await checkAlerts(1)
  assert.equal(result, 'success', output)
  assert.match(output, /"status": "done"/)
  assert.match(output, /"alertsChecked": 1/)
  assert.equal((await runs()).length, earlier + 1)
})

test('the same call again is the same cycle, a re-run is another one', async () => {
  assert.equal((await checkAlerts(1)).result, 'success')
  assert.equal((await runs()).length, earlier)
  assert.equal((await checkAlerts(2)).result, 'success')
  assert.equal((await runs()).length, earlier + 1)
})

test('a wrong key and a main that is gone fail it, in words', async () => {
  const wrong = await checkAlerts(3, { key: 'x'.repeat(64) })
  assert.equal(wrong.result, 'failure')
  assert.match(wrong.output, /::error::no cycle: /)
  assert.doesNotMatch(wrong.output, /xxxx/)
  const gone = await checkAlerts(3, { url: 'http://127.0.0.1:9' })
  assert.equal(gone.result, 'failure')
  assert.match(gone.output, /Failed to connect|Could(n't| not) connect/)
})

test('a cycle that failed fails it, and a fleet that may not ask says why', async () => {
  await region.sandbox.control('POST', 'faults', { mode: 'forbidden' })
  const refused = await checkAlerts(4)
  assert.equal(refused.result, 'failure', refused.output)
  assert.match(refused.output, /::error::cycle [0-9a-f-]+: failed/)
  const banned = await checkAlerts(5)
  assert.equal(banned.result, 'failure', banned.output)
  assert.match(banned.output, /::error::/)
})
