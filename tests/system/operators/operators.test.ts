import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'

let fleet: TestFleet
const folder = mkdtempSync(join(tmpdir(), 'vigie-operators-'))
const outputs: string[] = []

before(async () => {
  fleet = await startTestFleet({ args: ['--workers', 'fr,us'] })
  await fleet.createAlert({ market: 'us', searchText: 'adidas' })
})
after(async () => {
  await fleet?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What an owner types, in a shell of its own. */
async function doctor(args: string[]): Promise<{ code: number; text: string }> {
  const { PATH, HOME } = process.env
  const { code, text } = await new Promise<{ code: number; text: string }>((resolve) => {
    execFile(
      process.execPath,
      ['local/doctor.ts', ...args],
      { env: { PATH, HOME }, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    )
  })
  outputs.push(text)
  return { code, text }
}

/** Exit code, and what is not well as "state check subject". */
async function troubles(args: string[]): Promise<{ code: number; found: string[] }> {
  const { code, text } = await doctor([...args, '--json'])
  const report = JSON.parse(text)
  return {
    code,
    found: report.findings
      .filter(({ state }: Json) => state !== 'ok')
      .map(
        ({ state, check, subject, code }: Json) => `${state} ${[check, subject].filter(Boolean).join(' ')}: ${code}`,
      ),
  }
}

const ofFleet = (): string[] => ['--data', fleet.folder]

/** Main's variables in a file, as an owner keeps them, with what a test gets wrong. */
function envFile(changes: Record<string, string>): string {
  const { apiKey, workers, database, main, sandbox } = fleet.local()
  const variables = {
    PORT: new URL(main.url).port,
    API_SECRET: apiKey,
    SUPABASE_URL: database.url,
    SUPABASE_SERVICE_ROLE_KEY: database.key,
    TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
    TELEGRAM_API_ROOT: sandbox.url,
    WORKERS: JSON.stringify(workers.map(({ id, region, url }) => ({ id, name: id, region, url }))),
    ...changes,
  }
  const file = join(folder, 'main.env')
  writeFileSync(
    file,
    Object.entries(variables)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  )
  return file
}

test('in the fleet of npm start the doctor finds nothing to mend', async () => {
  const { code, text } = await doctor(ofFleet())
  assert.equal(code, 0, text)
  assert.match(text, /^✓ ok {6}search us +\d+ listings through worker-\w\w in /m)
  assert.match(text, /All is well \(\d+ checks\)\.\n$/)
  const french = await doctor([...ofFleet(), '--lang', 'fr'])
  assert.match(french.text, /Tout va bien/)
})

test('the same fleet is well when it is named by main’s variables', async () => {
  assert.deepEqual(await troubles(['--env', envFile({})]), { code: 0, found: [] })
})

test('a region that hangs, a paused fleet and an unwell Telegram are named, and end with exit code 1', async () => {
  const pid = fleet.local().workers[1]?.pid ?? 0
  await fleet.api('POST', '/api/v1/fleet/pause', { reason: 'holidays' })
  await fleet.control('POST', 'telegram/faults', { method: 'getMe', mode: '500' })
  process.kill(pid, 'SIGSTOP')
  try {
    const { code, found } = await troubles(ofFleet())
    assert.equal(code, 1)
    for (const expected of [
      'broken worker worker-us: workerAway',
      'look fleet: fleetPaused',
      'broken telegram: telegramFails',
      'look search us: searchNotAsked',
    ])
      assert.ok(found.includes(expected), `${expected} is not among ${found.join(', ')}`)
  } finally {
    process.kill(pid, 'SIGCONT')
    await fleet.control('DELETE', 'telegram/faults')
    await fleet.api('POST', '/api/v1/fleet/resume')
  }
})

test('another API_SECRET, another database key and a wrong address are told apart', async () => {
  const [fr] = fleet.local().workers
  const WORKERS = JSON.stringify([
    { id: 'worker-fr', name: 'FR', region: 'cdg', url: fr?.url },
    { id: 'worker-us', name: 'US', region: 'iad', url: 'http://127.0.0.1:9' },
  ])
  const wrong = { API_SECRET: 'another-secret-of-0123456789-abcdef', SUPABASE_SERVICE_ROLE_KEY: 'another', WORKERS }
  const { code, found } = await troubles(['--env', envFile(wrong)])
  assert.equal(code, 1)
  assert.deepEqual(found, [
    'broken database: databaseRefused',
    'broken worker worker-fr: workerRefusesKey',
    'broken worker worker-us: workerAway',
    'look search fr: searchNotAsked',
  ])
})

test('settings that are not complete are listed, and a fleet that is not there is exit code 2', async () => {
  const { code, found } = await troubles(['--env', envFile({ API_SECRET: 'short', LB_STRATEGY: 'best' })])
  assert.deepEqual([code, found], [1, ['broken settings main: settingsWrong', 'broken settings main: settingsWrong']])
  const none = await doctor(['--data', join(folder, 'none')])
  assert.equal(none.code, 2)
  assert.match(none.text, /there is no fleet to look at/)
})

test('metrics stand on a port of their own, next to the others, and nowhere else', async () => {
  const port = fleet.logs('main').flatMap((line) => (line.event === 'metricsOn' ? [(line as Json).port] : []))[0]
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  const text = await answer.text()
  for (const line of [
    'vigie_database_up 1',
    'vigie_worker_state{worker="worker-fr",state="healthy"} 1',
    'vigie_active_alerts 1',
    'vigie_fleet_paused 0',
  ])
    assert.ok(text.split('\n').includes(line), `${line} is missing`)
  assert.match(text, /^vigie_worker_requests_total\{worker="worker-us"\} \d+$/m)
  assert.match(text, /^vigie_session_age_seconds\{worker="worker-\w\w",market="us"\} \d+$/m)
  outputs.push(text)
  assert.equal((await fleet.api('GET', '/metrics')).status, 404)
})

test('the API’s document is the one of the process that runs', async () => {
  const { status, body } = await fleet.api('GET', '/docs/json')
  assert.deepEqual([status, body.openapi], [200, '3.1.0'])
  assert.ok(body.paths['/api/v1/alerts/{id}'].patch.summary)
})

test('no key, token or chat was printed', () => {
  const { apiKey, database } = fleet.local()
  const { cookieKey } = JSON.parse(readFileSync(join(fleet.folder, 'secrets.json'), 'utf8'))
  for (const secret of [
    apiKey,
    database.key,
    cookieKey,
    'sandbox-token-of-this-machine-only',
    'another-secret',
    '1000001',
  ])
    for (const output of outputs) assert.ok(!output.includes(secret), `a secret is in: ${output.slice(0, 300)}`)
})
