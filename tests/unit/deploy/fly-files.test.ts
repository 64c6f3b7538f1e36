import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { STOP_WITHIN_MS } from '#shared/lifecycle.ts'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { readConfig as readMainConfig, variables as mainVariables } from '../../../main-worker/config.ts'
import { readConfig as readWorkerConfig, variables as workerVariables } from '../../../regional-worker/config.ts'
import { readFlyFile } from '../../support/deploy/fly-file.ts'

const secrets = {
  API_SECRET: 'a'.repeat(64),
  SUPABASE_URL: 'https://abcdefgh.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_of_no_project',
  COOKIE_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
}
const regionFiles = globSync('fly.worker-*.toml').sort()
const main = readFlyFile('fly.main-worker.toml')
const workers = regionFiles.map((file) => Object.assign(readFlyFile(file), { file }))
/** What Fly sets by itself. */
const flyGives = ({ app, primary_region }: typeof main) => ({ FLY_APP_NAME: app, FLY_REGION: primary_region })

test('the regions of WORKERS are those that have a file, with the same id, name, region and address', () => {
  assert.deepEqual(
    shippedRegions().sort((one, other) => one.id.localeCompare(other.id)),
    workers.map(({ app, primary_region, env }) => ({
      id: env['WORKER_ID'],
      name: env['WORKER_NAME'],
      region: primary_region,
      url: `https://${app}.fly.dev`,
    })),
  )
  for (const { file, env } of workers) assert.equal(file, `fly.${env['WORKER_ID']}.toml`)
})

test('each file gives its process an environment that it starts with', () => {
  const config = readMainConfig({ ...secrets, ...flyGives(main), ...main.env })
  assert.deepEqual(config.publicBaseUrl, `https://${main.app}.fly.dev`)
  assert.ok(config.isSecure)
  for (const { env, ...file } of workers) {
    const worker = readWorkerConfig({ ...secrets, ...flyGives({ env, ...file }), ...env })
    assert.deepEqual([worker.workerId, worker.region], [env['WORKER_ID'], file.primary_region])
  }
})

test('each variable in a file is one its process reads, and a number is the default that the code has', () => {
  const defaults = {
    main: readMainConfig({ ...secrets, WORKERS: main.env['WORKERS'] }),
    worker: readWorkerConfig({ ...secrets, WORKER_ID: 'worker-fr' }),
  }
  for (const name of Object.keys(main.env)) assert.ok(name in mainVariables, name)
  const given = readMainConfig({ ...secrets, ...main.env })
  assert.deepEqual(
    { ...given, publicBaseUrl: null, isSecure: false },
    { ...defaults.main, publicBaseUrl: null, isSecure: false },
  )
  for (const { env } of workers) {
    for (const name of Object.keys(env)) assert.ok(name in workerVariables, name)
    const { gap, banRules } = readWorkerConfig({ ...secrets, ...env })
    assert.deepEqual({ gap, banRules }, { gap: defaults.worker.gap, banRules: defaults.worker.banRules })
  }
})

test('main’s file carries the six numbers an owner turns, each below a comment', () => {
  const names = [
    'HEALTH_CHECK_INTERVAL_MS',
    'ALERT_CHECK_INTERVAL_MS',
    'LB_STRATEGY',
    'MAX_RETRIES',
    'WORKER_BAN_DURATION_MS',
    'WORKER_REQUEST_TIMEOUT_MS',
  ]
  const text = readFileSync('fly.main-worker.toml', 'utf8')
  for (const name of names) assert.match(text, new RegExp(`^# .+\\n${name} = "`, 'm'))
})

test('the machines are given longer to stop than the longest graceful stop takes', () => {
  for (const { kill_timeout } of [main, ...workers])
    assert.ok(Number.parseInt(kill_timeout, 10) * 1_000 >= STOP_WITHIN_MS + 5_000, kill_timeout)
})

test('health checks ask the open route of each process, metrics stay inside, only main migrates', () => {
  for (const { http_service } of [main, ...workers]) {
    assert.deepEqual([http_service.checks[0]?.path, http_service.internal_port], ['/api/health', 8080])
  }
  assert.deepEqual(main.metrics, { port: readMainConfig({ ...secrets, ...main.env }).metricsPort, path: '/metrics' })
  assert.equal(main.deploy.release_command, 'node local/database/migrate.ts')
  for (const { deploy } of workers) assert.equal(deploy.release_command, undefined)
})

test('main has 256 MB; a worker with the browser 1 GB, without it 256 MB', () => {
  assert.deepEqual([main.build['build-target'], main.vm[0]?.memory], ['main', '256mb'])
  for (const { build, vm } of workers) {
    assert.equal(vm[0]?.memory, { 'worker-browser': '1gb', worker: '256mb' }[build['build-target']])
  }
})
