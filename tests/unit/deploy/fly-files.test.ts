// The files as they are here: an owner's own names, regions, numbers, machines and private addresses must pass too.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { variable } from '#shared/env.ts'
import { STOP_WITHIN_MS } from '#shared/lifecycle.ts'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { readConfig as readMainConfig, variables as mainVariables } from '../../../main-worker/config.ts'
import { readConfig as readWorkerConfig, variables as workerVariables } from '../../../regional-worker/config.ts'
import { readFlyFile } from '../../support/deploy/fly-file.ts'
import { isEnoughMemory } from '../../support/deploy/machine-memory.ts'

const secrets = {
  API_SECRET: 'a'.repeat(64),
  SUPABASE_URL: 'https://abcdefgh.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_of_no_project',
  COOKIE_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
}
const MAIN = 'fly.main-worker.toml'
const main = readFlyFile(MAIN)
const workers = globSync('fly.worker-*.toml').map((file) => Object.assign(readFlyFile(file), { file }))
/** What Fly sets by itself. */
const flyGives = ({ app, primary_region }: typeof main) => ({ FLY_APP_NAME: app, FLY_REGION: primary_region })

test('the regions of WORKERS are those that have a file, with the same id, name and region', () => {
  const byId = (one: { id?: string | undefined }, other: { id?: string | undefined }): number =>
    String(one.id).localeCompare(String(other.id))
  assert.deepEqual(
    shippedRegions()
      .map(({ id, name, region }) => ({ id, name, region }))
      .sort(byId),
    workers
      .map(({ primary_region, env }) => ({ id: env['WORKER_ID'], name: env['WORKER_NAME'], region: primary_region }))
      .sort(byId),
  )
  for (const { file, env } of workers) assert.equal(file, `fly.${env['WORKER_ID']}.toml`)
})

test('an address that Fly gives, public or private, is that of the app in the file, reached as it can be', () => {
  assert.equal(new Set([main, ...workers].map(({ app }) => app)).size, workers.length + 1)
  const bases = [{ ...main, url: main.env['PUBLIC_BASE_URL'] ?? '' }]
  const addresses = shippedRegions().flatMap(({ id, url }) => {
    const file = workers.find(({ env }) => env['WORKER_ID'] === id)
    return file === undefined ? [] : [{ ...file, url }]
  })
  for (const { app, url, http_service } of [...bases, ...addresses]) {
    const { internal_port, force_https } = http_service
    if (url.includes('.fly.dev')) assert.equal(url, `https://${app}.fly.dev`)
    if (url.includes('.internal')) assert.equal(url, `http://${app}.internal:${internal_port}`)
    if (url.includes('.flycast')) assert.deepEqual([url, force_https], [`http://${app}.flycast`, false])
  }
})

test('each file gives its process an environment that it starts with', () => {
  assert.ok(readMainConfig({ ...secrets, ...flyGives(main), ...main.env }).isSecure)
  for (const { env, ...file } of workers) {
    const worker = readWorkerConfig({ ...secrets, ...flyGives({ env, ...file }), ...env })
    assert.deepEqual([worker.workerId, worker.region], [env['WORKER_ID'], file.primary_region])
  }
})

test('each variable in a file is one that its process reads', () => {
  for (const name of Object.keys(main.env)) assert.ok(name in mainVariables, name)
  for (const { file, env } of workers)
    for (const name of Object.keys(env)) assert.ok(name in workerVariables, `${file}: ${name}`)
})

/** `NAME = …` with the lines of its comment. */
const COMMENTED = /((?:^#.*\n)+)^(\w+) = /gm

/** The numbers an owner turns, and what the comment above each says that the process takes where there is none. */
function defaultsToldIn(file: string): Record<string, string | undefined> {
  const told = [...readFileSync(file, 'utf8').matchAll(COMMENTED)].map(([, comment = '', name = '']) => [
    name,
    /\((\S+) where it is left out\)/.exec(comment)?.[1],
  ])
  return Object.fromEntries(told) as Record<string, string | undefined>
}

test('above each number an owner turns a comment says its default, which is the one that the code has', () => {
  const ofMain = [
    'HEALTH_CHECK_INTERVAL_MS',
    'ALERT_CHECK_INTERVAL_MS',
    'LB_STRATEGY',
    'MAX_RETRIES',
    'WORKER_BAN_DURATION_MS',
    'WORKER_REQUEST_TIMEOUT_MS',
  ]
  const ofRegion = ['REQUEST_DELAY_MIN_MS', 'REQUEST_DELAY_MAX_MS', 'WORKER_BAN_DURATION_MS']
  const assertTold = (file: string, names: string[], table: Record<string, ReturnType<typeof variable>>): void => {
    const told = defaultsToldIn(file)
    for (const name of names)
      assert.equal(told[name], String(table[name]?.schema.parse(undefined)), `${file}: the comment above ${name}`)
  }
  assertTold(MAIN, ofMain, mainVariables)
  for (const { file } of workers) assertTold(file, ofRegion, workerVariables)
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

test('main runs its target, a region one of the two others, and each has the memory that this needs', () => {
  assert.equal(main.build['build-target'], 'main')
  for (const { build } of workers) assert.match(build['build-target'], /^worker(-browser)?$/)
  for (const { app, build, vm } of [main, ...workers])
    assert.ok(isEnoughMemory(build['build-target'], vm[0]?.memory ?? ''), `${app}: ${vm[0]?.memory}`)
})
