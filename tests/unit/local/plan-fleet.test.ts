import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOptions } from '../../../local/options.ts'
import type { Options } from '../../../local/options.ts'
import { planFleet } from '../../../local/plan-fleet.ts'
import { readConfig as readMainConfig } from '../../../main-worker/config.ts'
import { readConfig as readWorkerConfig } from '../../../regional-worker/config.ts'
import { SHIPPED_REGIONS } from '../../support/deploy/shipped-fleet.ts'

const secrets = {
  apiSecret: 'a'.repeat(64),
  cookieKey: Buffer.alloc(32).toString('base64'),
  databaseKey: 'd'.repeat(64),
}
const sandbox: Options = readOptions(['--data', '/data'], false, SHIPPED_REGIONS)
const live: Options = readOptions(['--data', '/data', '--live', '--workers', 'fr,de'], false, SHIPPED_REGIONS)
const certificate = { certFile: '/data/cert.pem', spki: 'spki' }
const inSandbox = (given = {}) => planFleet(sandbox, secrets, given, certificate)
const isLive = (given = {}) => planFleet(live, secrets, given, null)

test('main takes the port that is asked for, the regions the next ones, the rest those after', () => {
  const plan = inSandbox()
  const port = (url: string | undefined) => Number(new URL(url ?? '').port)
  assert.equal(port(plan.main.url), 8080)
  assert.deepEqual(
    plan.regions.map(({ id, region, url }) => [id, region, port(url)]),
    [
      ['worker-fr', 'cdg', 8081],
      ['worker-us', 'iad', 8082],
      ['worker-nl', 'ams', 8083],
      ['worker-uk', 'lhr', 8084],
    ],
  )
  assert.deepEqual([port(plan.database?.url), port(plan.sandbox?.url)], [8085, 8086])
  assert.deepEqual(plan.ports, [8080, 8081, 8082, 8083, 8084, 8085, 8086, 8087, 8088, 8089, 8090, 8091])
  assert.equal(plan.main.env['METRICS_PORT'], '8091')
})

test('every process gets an environment it starts with', () => {
  for (const plan of [inSandbox(), isLive()]) {
    const main = readMainConfig(plan.main.env)
    assert.deepEqual(
      main.workers.map(({ id, url }) => [id, url]),
      plan.regions.map(({ id, url }) => [id, url]),
    )
    for (const region of plan.regions) {
      const config = readWorkerConfig(region.env)
      assert.deepEqual([config.workerId, config.egress, config.region], [region.id, region.egress, region.region])
    }
  }
})

test('in the sandbox every region has a door and an address of its own, and short delays', () => {
  const { regions } = inSandbox()
  assert.equal(new Set(regions.map(({ env }) => env['EGRESS_PROXY_URL'])).size, 4)
  assert.equal(new Set(regions.map(({ egress }) => egress)).size, 4)
  const config = readWorkerConfig(regions[0]?.env ?? {})
  assert.deepEqual([config.gap, config.telegramApiRoot], [{ minMs: 150, maxMs: 300 }, 'http://127.0.0.1:8086'])
})

test('live there is no sandbox, the pace is polite and one home has one address', () => {
  const plan = isLive()
  assert.equal(plan.sandbox, null)
  assert.deepEqual(
    plan.regions.map(({ egress }) => egress),
    ['home', 'home'],
  )
  const config = readWorkerConfig(plan.regions[0]?.env ?? {})
  assert.deepEqual([config.gap.minMs, config.egressProxyUrl, config.telegramToken], [12_000, null, null])
})

test('live with a Supabase of one’s own no database is started', () => {
  const plan = isLive({ SUPABASE_URL: 'https://x.supabase.co', SUPABASE_SERVICE_ROLE_KEY: 'role' })
  assert.deepEqual([plan.database, plan.databaseUrl, plan.databaseKey], [null, 'https://x.supabase.co', 'role'])
})

test('in the sandbox a Supabase that is set is left alone', () => {
  const plan = inSandbox({ SUPABASE_URL: 'https://x.supabase.co', SUPABASE_SERVICE_ROLE_KEY: 'role' })
  for (const { env } of [plan.main, ...plan.regions]) {
    assert.equal(env['SUPABASE_URL'], plan.database?.url)
    assert.equal(env['SUPABASE_SERVICE_ROLE_KEY'], secrets.databaseKey)
  }
})

test('a variable that is set wins over what the sandbox would set', () => {
  const { main, regions } = inSandbox({ ALERT_CHECK_INTERVAL_MS: '60000', TELEGRAM_API_ROOT: 'http://127.0.0.1:9' })
  assert.equal(main.env['ALERT_CHECK_INTERVAL_MS'], '60000')
  assert.equal(regions[0]?.env['TELEGRAM_API_ROOT'], 'http://127.0.0.1:9')
})

test('a metrics port that is set is taken as it is, and nobody waits for it to be free', () => {
  const plan = inSandbox({ METRICS_PORT: '9091' })
  assert.equal(plan.main.env['METRICS_PORT'], '9091')
  assert.ok(!plan.ports.includes(9091))
  assert.equal(plan.ports.length, 11)
})

test('nothing else of the shell leaks into a process', () => {
  const { main, regions, database, sandbox } = inSandbox({ AWS_SECRET: 'x', NODE_OPTIONS: '--inspect', PATH: '/bin' })
  for (const child of [main, ...regions, database, sandbox]) {
    assert.ok(!('AWS_SECRET' in (child?.env ?? {})) && child?.env['NODE_OPTIONS'] !== '--inspect', child?.name)
    assert.equal(child?.env['PATH'], '/bin')
  }
})
