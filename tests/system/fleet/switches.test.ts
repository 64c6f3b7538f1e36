import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestDatabase } from '../../support/database/test-database.ts'
import type { TestDatabase } from '../../support/database/test-database.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import { startProcess } from '../../support/fleet/start-parts.ts'
import { startTestSandbox } from '../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../support/sandbox/start-test-sandbox.ts'

const apiSecret = randomBytes(32).toString('hex')
let database: TestDatabase
let sandbox: TestSandbox
let common: Record<string, string>
let port: number

const workersOf = (...ids: string[]) =>
  JSON.stringify(
    ids.map((id, place) => ({
      id,
      name: id.slice(-2).toUpperCase(),
      region: 'test',
      url: `http://127.0.0.1:${port + 1 + place}`,
    })),
  )

const region = (id: string, env: Record<string, string> = {}) =>
  startProcess('regional-worker', {
    ...common,
    PORT: String(port + (id === 'worker-fr' ? 1 : 2)),
    WORKER_ID: id,
    WORKER_REGION: 'test',
    COOKIE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    REQUEST_DELAY_MIN_MS: '20',
    REQUEST_DELAY_MAX_MS: '40',
    EGRESS_PROXY_URL: sandbox.doors.find((door) => door.egress === id)?.url ?? '',
    NODE_EXTRA_CA_CERTS: sandbox.certificate.certFile,
    TELEGRAM_API_ROOT: sandbox.url,
    TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
    TELEGRAM_CHAT_ID: '42',
    ...env,
  })

before(async () => {
  database = await startTestDatabase({ engine: 'pglite', migrationsDir: 'supabase/migrations' })
  sandbox = await startTestSandbox(['worker-fr', 'worker-us'])
  port = await freePorts(4)
  common = { API_SECRET: apiSecret, SUPABASE_URL: database.url, SUPABASE_SERVICE_ROLE_KEY: database.key }
})
after(async () => {
  await sandbox.close()
  await database.close()
})

for (const value of ['0', 'off', '99999999999']) {
  test(`ALERT_CHECK_INTERVAL_MS=${value} turns the clock off, and one log line says so`, async () => {
    const main = await startProcess('main-worker', {
      ...common,
      PORT: String(port),
      WORKERS: workersOf('worker-fr'),
      ALERT_CHECK_INTERVAL_MS: value,
      ALERT_CHECK_INITIAL_DELAY_MS: '0',
    })
    assert.equal(main.logs.filter((line) => line.event === 'clockOff').length, 1)
    assert.ok(!main.logs.some((line) => line.event === 'clockOn'))
    const loops = main.logs.find((line) => line.event === 'loops')?.msg ?? ''
    assert.doesNotMatch(loops, /cycle/)
    assert.equal(await main.stop(), 0)
  })
}

test('main says at its start what it will do, and in these words', async () => {
  const main = await startProcess('main-worker', {
    ...common,
    PORT: String(port),
    WORKERS: workersOf('worker-fr', 'worker-us'),
    LB_STRATEGY: 'least-used',
  })
  const said = main.logs.map((line) => line.msg)
  for (const words of [
    'Main worker: initialising',
    'Load balancing strategy: least-used',
    'Workers configured: 2',
    `  - FR (test): http://127.0.0.1:${port + 1}`,
    'Alert check interval: 300s (first after 60s)',
    'Loops: leader, take over, health, bans, incidents, canary, purge, cycle every 300s',
    'Main worker: initialised',
  ]) {
    assert.ok(said.includes(words), `${words} in:\n${said.join('\n')}`)
  }
  assert.ok(said.some((line) => line.startsWith('Worker FR (test): unhealthy - connection refused')))
  await main.stop()
})

test('AUTO_RUN_CYCLE: a worker checks all alerts alone, warns at its start, and delivers', async () => {
  await database.query("insert into public.alerts (name, market, search_text) values ('by hand', 'fr', 'auto run')", [])
  const worker = await region('worker-fr', { AUTO_RUN_CYCLE: 'true', ALERT_CHECK_INTERVAL_MS: '500' })
  assert.equal(worker.logs.filter((line) => line.event === 'autoRun' && line.level === 40).length, 1)
  await eventually(async () => assert.ok(worker.logs.some((line) => line.event === 'cycleDone')))
  await sandbox.control('POST', 'listings', {
    market: 'fr',
    listings: [{ title: 'auto run find', brand: 'Nike', size: 'M', statusId: 2, price: 9 }],
  })
  await eventually(async () => {
    const messages = await sandbox.control<{ chat: string; caption?: string }[]>('GET', 'messages')
    assert.equal(
      messages.filter((message) => message.chat === '42' && message.caption?.includes('auto run find')).length,
      1,
    )
  })
  assert.equal(await worker.stop(), 0)
})

test('ENABLE_FAILOVER: after a 403 in such a run the rest goes to another worker; without it, it waits', async () => {
  await database.query('delete from public.alerts', [])
  for (const text of ['first', 'second', 'third']) {
    await database.query('insert into public.alerts (name, market, search_text) values ($1, $2, $1)', [text, 'fr'])
  }
  const other = await region('worker-us')
  const solo = { AUTO_RUN_CYCLE: 'true', ALERT_CHECK_INTERVAL_MS: '600', WORKERS: workersOf('worker-fr', 'worker-us') }
  const alone = await region('worker-fr', solo)
  await eventually(async () => assert.ok(alone.logs.some((line) => line.event === 'cycleDone')))
  await sandbox.control('POST', 'faults', { egress: 'worker-fr', mode: 'forbidden' })
  await eventually(async () => assert.ok(alone.logs.some((line) => line.event === 'refused')))
  assert.ok(!alone.logs.some((line) => line.event === 'handedOver'))
  await alone.stop()

  const failing = await region('worker-fr', { ...solo, ENABLE_FAILOVER: 'true' })
  await eventually(async () => {
    assert.ok(failing.logs.some((line) => line.event === 'handedOver'))
    const done = failing.logs.filter((line) => line.event === 'cycleDone').at(-1)?.msg ?? ''
    assert.match(done, /1\/2 workers ok, \d match\(es\), 0 error\(s\)/)
  })
  await failing.stop()
  await other.stop()
  await sandbox.control('DELETE', 'faults')
})

test('a missing or short variable stops the process with all problems at once and exit code 1', () => {
  for (const kind of ['main-worker', 'regional-worker']) {
    const { status, stderr } = spawnSync(process.execPath, [`${kind}/main.ts`], {
      env: { PATH: process.env['PATH'], API_SECRET: 'too-short-secret', SUPABASE_URL: 'nonsense' },
      encoding: 'utf8',
    })
    assert.equal(status, 1)
    assert.match(stderr, /API_SECRET: got 16 characters; wants 32 characters or more/)
    assert.match(stderr, /SUPABASE_URL: got "nonsense"/)
    assert.match(stderr, /SUPABASE_SERVICE_ROLE_KEY: is not set/)
    assert.doesNotMatch(stderr, /too-short-secret/)
  }
})
