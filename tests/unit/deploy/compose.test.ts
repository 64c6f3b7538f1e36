import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { STOP_WITHIN_MS } from '#shared/lifecycle.ts'
import { readConfig as readGatewayConfig, variables as gatewayVariables } from '../../../local/database/config.ts'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { readConfig as readMainConfig, variables as mainVariables } from '../../../main-worker/config.ts'
import { readConfig as readWorkerConfig, variables as workerVariables } from '../../../regional-worker/config.ts'
import { readComposeFile, wantedVariables } from '../../support/deploy/compose-file.ts'
import { readDockerfile } from '../../support/deploy/dockerfile.ts'
import { isEnoughMemory } from '../../support/deploy/machine-memory.ts'

/** What an owner must have in .deploy/home.env. */
const required = {
  API_SECRET: 'a'.repeat(64),
  COOKIE_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  DATABASE_SERVICE_ROLE_KEY: 'd'.repeat(64),
  POSTGRES_PASSWORD: 'e'.repeat(64),
}
const { services } = readComposeFile(required)
const serviceOf = (name: string) => {
  const service = services[name]
  if (service === undefined) throw new Error(`compose.yaml has no service ${name}`)
  return service
}
const main = serviceOf('main')
const gateway = serviceOf('gateway')
const workers = Object.entries(services)
  .filter(([name]) => name.startsWith('worker-'))
  .map(([name, service]) => Object.assign(service, { name }))
const ours = [gateway, main, ...workers]

test('without a required variable Compose stops and says how to get it; the others may be left out', () => {
  for (const name of Object.keys(required)) {
    const told = new RegExp(`required variable ${name} is missing a value: openssl rand .*npm run setup`)
    assert.throws(() => readComposeFile({ ...required, [name]: '' }), told)
  }
  const wanted = wantedVariables(readFileSync('compose.yaml', 'utf8')).map(({ name }) => name)
  const optional = ['PUBLIC_BASE_URL', 'PUBLISH_ADDRESS', 'TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID']
  assert.deepEqual([...new Set(wanted)].sort(), [...Object.keys(required), ...optional].sort())
})

test('each process starts with the environment it is given, and reads every variable of it', () => {
  const mainConfig = readMainConfig(main.environment)
  assert.deepEqual([mainConfig.telegramToken, mainConfig.publicBaseUrl, mainConfig.port], [null, null, 8080])
  for (const { environment } of workers) readWorkerConfig(environment)
  readGatewayConfig(gateway.environment)
  const tables = [
    [main, mainVariables],
    [gateway, gatewayVariables],
    ...workers.map((worker) => [worker, workerVariables] as const),
  ] as const
  for (const [{ environment }, table] of tables)
    for (const name of Object.keys(environment)) assert.ok(name in table, name)
})

test('what an owner fills in arrives where it is needed', () => {
  const given = { TELEGRAM_BOT_TOKEN: '1:token', TELEGRAM_CHAT_ID: '42', PUBLIC_BASE_URL: 'https://vigie.example' }
  const { services: filled } = readComposeFile({ ...required, ...given })
  const config = readMainConfig(filled['main']?.environment ?? {})
  assert.deepEqual(
    [config.telegramToken, config.defaultChatId, config.publicBaseUrl],
    ['1:token', '42', 'https://vigie.example'],
  )
  for (const { name } of workers)
    assert.equal(readWorkerConfig(filled[name]?.environment ?? {}).telegramToken, '1:token')
})

test('the workers are those that main’s own list names, behind one address', () => {
  const { workers: known, apiKey, supabaseKey, supabaseUrl } = readMainConfig(main.environment)
  const configs = workers.map(({ environment }) => readWorkerConfig(environment))
  assert.deepEqual(
    configs.map(({ workerId, name, region, port }) => ({
      id: workerId,
      name,
      region,
      url: `http://${workerId}:${port}`,
    })),
    known,
  )
  assert.deepEqual(
    workers.map(({ name }) => name),
    known.map(({ id }) => id),
  )
  for (const config of configs) {
    assert.deepEqual([config.apiKeys[0], config.supabaseKey, config.supabaseUrl], [apiKey, supabaseKey, supabaseUrl])
    assert.deepEqual([config.port, config.egress], [8080, 'home'])
  }
})

test('a worker that is also a region on Fly has the same name and region there', () => {
  const onFly = new Map(shippedRegions().map(({ id, name, region }) => [id, { name, region }]))
  for (const { id, name, region } of readMainConfig(main.environment).workers)
    assert.deepEqual(onFly.get(id) ?? { name, region }, { name, region }, id)
})

test('the gateway is where the others look for it, and its database is the one that is started', () => {
  const { host, port, databaseUrl, serviceRoleKey } = readGatewayConfig(gateway.environment)
  assert.equal(readMainConfig(main.environment).supabaseUrl, `http://gateway:${port}`)
  assert.deepEqual([host, serviceRoleKey], ['0.0.0.0', required.DATABASE_SERVICE_ROLE_KEY])
  const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = serviceOf('postgres').environment
  assert.equal(databaseUrl, `postgresql://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`)
  assert.match(serviceOf('postgres').image, /^postgres:\d+-bookworm$/)
})

test('only main is reached from outside: from this machine, from others only when that is asked for', () => {
  const published = (of: typeof services) =>
    Object.entries(of).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))
  assert.deepEqual(published(services), [['main', '127.0.0.1:8080:8080']])
  const open = readComposeFile({ ...required, PUBLISH_ADDRESS: '0.0.0.0' })
  assert.deepEqual(published(open.services), [['main', '0.0.0.0:8080:8080']])
})

test('each service runs a target of the Dockerfile, with the memory that it needs', () => {
  const targets = readDockerfile().map(({ name }) => name)
  for (const { build, image, mem_limit } of ours) {
    assert.ok(targets.includes(build?.target ?? ''), build?.target)
    assert.equal(image, `vigie-${build?.target}`)
    assert.ok(isEnoughMemory(build?.target ?? '', mem_limit), `${build?.target}: ${mem_limit}`)
  }
  assert.deepEqual([main.build?.target, gateway.build?.target], ['main', 'main'])
  for (const { build } of workers) assert.match(build?.target ?? '', /^worker(-browser)?$/)
})

test('containers are given longer to stop than the longest graceful stop takes, and have no rights they do not need', () => {
  for (const service of ours) {
    assert.ok(Number.parseInt(service.stop_grace_period, 10) * 1_000 >= STOP_WITHIN_MS + 5_000)
    assert.deepEqual([service.init, service.read_only, service.tmpfs], [true, true, ['/tmp']])
    assert.deepEqual([service.cap_drop, service.security_opt], [['ALL'], ['no-new-privileges:true']])
  }
})

test('health is asked where the process answers, and nobody starts before what it needs', () => {
  for (const { healthcheck } of [main, ...workers])
    assert.match(healthcheck.test.at(-1) ?? '', /127\.0\.0\.1:8080\/api\/health/)
  assert.match(gateway.healthcheck.test.at(-1) ?? '', /127\.0\.0\.1:8085\/health/)
  const healthy = { condition: 'service_healthy' }
  assert.deepEqual(gateway.depends_on, { postgres: healthy })
  for (const { depends_on } of [main, ...workers]) assert.deepEqual(depends_on?.['gateway'], healthy)
  assert.deepEqual(Object.keys(main.depends_on ?? {}), ['gateway', ...workers.map(({ name }) => name)])
})
