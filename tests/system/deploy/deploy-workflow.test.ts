import assert from 'node:assert/strict'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { Client } from 'pg'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { readFlyFile } from '../../support/deploy/fly-file.ts'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import { runJob } from '../../support/deploy/run-workflow.ts'
import type { JobResult } from '../../support/deploy/run-workflow.ts'

const API_SECRET = 'k'.repeat(64)
const LABEL = '0123456789abcdef'
const MAIN = 'fly.main-worker.toml'
const ORDER = [...shippedRegions().map(({ id }) => `fly.${id}.toml`), MAIN]

let folder: string
let server: Server
let postgres: Awaited<ReturnType<typeof startRealPostgres>>
/** Files of apps that were deployed and are not well. */
const unwell = new Set<string>()
/** What each call of the stand-in for flyctl was asked, in order. */
const flyctl = (): string[] => readFileSync(join(folder, 'flyctl.log'), 'utf8').split('\n').filter(Boolean)

/** When main says that it saw a region. */
let seenAt = () => new Date().toISOString()

/** `/fly.worker-fr.toml/api/health` and so on: each app has a path of its own here, where Fly gives each a name. */
function answer(path: string): { status: number; body: unknown } {
  const [, app = '', ...route] = path.split('/')
  if (route.join('/') === 'api/health')
    return unwell.has(app) ? { status: 503, body: {} } : { status: 200, body: { status: 'ok' } }
  const workers = shippedRegions().map(({ id }) => ({
    id,
    isHealthy: !unwell.has(`fly.${id}.toml for main`),
    lastError: 'HTTP 401',
    lastHealthCheckAt: seenAt(),
  }))
  return {
    status: 200,
    body: { totalWorkers: workers.length, availableWorkers: workers.length, bannedWorkers: 0, workers },
  }
}

/** flyctl as the workflow sees it: it remembers what it was asked, and fails for the app that UNDEPLOYABLE names. */
const FLYCTL = `#!/usr/bin/env bash
echo "$*" >> "$FLYCTL_LOG"
[[ -z $UNDEPLOYABLE || $* != *"$UNDEPLOYABLE --image"* ]]
`
/** The packages are there already; everything else is npm's. */
const NPM = `#!/usr/bin/env bash
if [[ $1 == ci ]]; then exit 0; fi
exec "$REAL_NPM" "$@"
`

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-deploy-'))
  postgres = await startRealPostgres()
  server = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '')
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const name of ['local', 'shared', 'supabase', 'scripts', 'main-worker', 'regional-worker', 'package.json'])
    cpSync(name, join(folder, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const addresses = new Map(shippedRegions().map(({ id, url }) => [url, `${here}/fly.${id}.toml`]))
  addresses.set(readFlyFile(MAIN).env['PUBLIC_BASE_URL'] ?? '', `${here}/${MAIN}`)
  for (const file of ORDER) {
    const text = readFileSync(file, 'utf8')
    const moved = [...addresses].reduce((sofar, [from, to]) => sofar.replaceAll(`"${from}"`, `"${to}"`), text)
    writeFileSync(join(folder, file), moved)
  }
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/flyctl'), FLYCTL, { mode: 0o755 })
  writeFileSync(join(folder, 'bin/npm'), NPM, { mode: 0o755 })
})
after(async () => {
  server.close()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  unwell.clear()
  seenAt = () => new Date().toISOString()
  writeFileSync(join(folder, 'flyctl.log'), '')
})

const PATH = process.env['PATH'] ?? ''
const realNpm = PATH.split(':')
  .map((part) => join(part, 'npm'))
  .find((file) => globSync(file).length > 0)
const deploy = (undeployable = '', databaseUrl = postgres.url): Promise<JobResult> =>
  runJob({
    file: '.github/workflows/deploy.yml',
    job: 'deploy',
    contexts: {
      'secrets.FLY_API_TOKEN': 'token',
      'secrets.DATABASE_URL': databaseUrl,
      'secrets.API_SECRET': API_SECRET,
    },
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${PATH}`,
      HOME: folder,
      REAL_NPM: realNpm ?? 'npm',
      FLYCTL_LOG: join(folder, 'flyctl.log'),
      UNDEPLOYABLE: undeployable,
      GITHUB_SHA: LABEL,
      HEALTH_TRIES: '2',
      FLEET_TRIES: '3',
      HEALTH_EVERY_SECONDS: '0.5',
    },
  })
/** The files of the calls that deploy an image, in order. */
const deployed = () => flyctl().flatMap((call) => (call.includes('--image ') ? [fileOf(call)] : []))
const fileOf = (call: string) => /--config (\S+)/.exec(call)?.[1]

test('each image is built once; the first region is the canary, the others follow one by one, main comes last', async () => {
  const { isGood, output } = await deploy()
  assert.ok(isGood, output)
  const builds = flyctl().filter((call) => call.includes('--build-only'))
  assert.deepEqual(builds.map(fileOf), [ORDER[0], MAIN])
  for (const call of builds) assert.match(call, new RegExp(`--build-only --push --image-label ${LABEL}$`))
  assert.deepEqual(deployed(), ORDER)
  const images = flyctl().flatMap((call) => /--image (\S+) --ha=false$/.exec(call)?.[1] ?? [])
  const [first = '', last = ''] = [ORDER[0], MAIN].map(
    (file) => `registry.fly.io/${readFlyFile(file ?? '').app}:${LABEL}`,
  )
  assert.deepEqual(images, [...ORDER.slice(1).map(() => first), last])
})

test('a region without a browser gets an image of its own, built once', async () => {
  const file = join(folder, ORDER[1] ?? '')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('"worker-browser"', '"worker"').replace('"1gb"', '"256mb"'))
  const { isGood, output } = await deploy()
  writeFileSync(file, text)
  assert.ok(isGood, output)
  assert.equal(flyctl().filter((call) => call.includes('--build-only')).length, 3)
  const call = flyctl().find((line) => line.includes(`--config ${ORDER[1]} --image`))
  assert.match(call ?? '', new RegExp(`--image registry.fly.io/${readFlyFile(ORDER[1] ?? '').app}:`))
})

test('the migrations are applied before anything is built', async () => {
  await deploy()
  const client = new Client(postgres.url)
  await client.connect()
  const { rows } = await client.query('select count(*)::int as count from supabase_migrations.schema_migrations')
  await client.end()
  assert.equal(rows[0].count, globSync('supabase/migrations/*.sql').length)
  writeFileSync(join(folder, 'flyctl.log'), '')
  const failed = await deploy('', 'postgresql://nobody@127.0.0.1:9/nothing')
  assert.match(failed.lastStep, /migrations/)
  assert.deepEqual(flyctl(), [])
})

test('a canary that does not answer stops everything: the other regions and main stay as they were', async () => {
  unwell.add(ORDER[0] ?? '')
  const { isGood, lastStep } = await deploy()
  assert.deepEqual([isGood, lastStep], [false, 'Deploy the first region, the canary'])
  assert.deepEqual(deployed(), ORDER.slice(0, 1))
})

test('a region whose deployment fails, or that does not answer, stops the rest', async () => {
  assert.equal((await deploy(ORDER[2])).isGood, false)
  assert.deepEqual(deployed(), ORDER.slice(0, 3))
  writeFileSync(join(folder, 'flyctl.log'), '')
  unwell.add(ORDER[1] ?? '')
  assert.equal((await deploy()).isGood, false)
  assert.deepEqual(deployed(), ORDER.slice(0, 2))
})

test('a list of apps that cannot be read deploys nothing, and is a failure', async () => {
  const file = join(folder, MAIN)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('WORKERS = ', 'WROKERS = '))
  const { isGood } = await deploy()
  writeFileSync(file, text)
  assert.equal(isGood, false)
  assert.deepEqual(flyctl(), [])
})

test('main must see every region healthy after its own start: what the main before saw does not count', async () => {
  unwell.add(`${ORDER[1]} for main`)
  const dead = await deploy()
  assert.equal(dead.isGood, false)
  assert.match(dead.output, /::error::not seen healthy: \[\{"id":"worker-\w+","lastError":"HTTP 401"/)
  unwell.clear()
  seenAt = () => '2026-01-01T00:00:00.000Z'
  assert.equal((await deploy()).isGood, false)
})
