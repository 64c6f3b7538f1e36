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
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import { runWorkflow } from '../../support/deploy/run-workflow.ts'
import type { JobResult } from '../../support/deploy/run-workflow.ts'

const API_SECRET = 'k'.repeat(64)
const SHA = '0123456789abcdef'
const ORDER = ['worker-fr', 'worker-us', 'worker-nl', 'worker-uk', 'main-worker']

let folder: string
let server: Server
let postgres: Awaited<ReturnType<typeof startRealPostgres>>
/** Apps that were deployed and are not well. */
const unwell = new Set<string>()
/** What each call of the stand-in for flyctl was asked, in order. */
const flyctl = (): string[] => readFileSync(join(folder, 'flyctl.log'), 'utf8').split('\n').filter(Boolean)

/** `/worker-fr/api/health` and so on: each app has a path of its own here, where Fly gives each a name. */
function answer(path: string): { status: number; body: unknown } {
  const app = path.split('/')[1] ?? ''
  if (path.endsWith('/api/health'))
    return unwell.has(app) ? { status: 503, body: {} } : { status: 200, body: { status: 'ok' } }
  const workers = ORDER.slice(0, 4).map((id) => ({
    id,
    isHealthy: !unwell.has(`${id}-for-main`),
    lastError: 'HTTP 401',
  }))
  const unhealthyWorkers = workers.filter(({ isHealthy }) => !isHealthy).length
  return { status: 200, body: { totalWorkers: 4, availableWorkers: 4 - unhealthyWorkers, unhealthyWorkers, workers } }
}

/** flyctl as the workflow sees it: it remembers what it was asked, and fails for the app that UNDEPLOYABLE names. */
const FLYCTL = `#!/usr/bin/env bash
echo "$*" >> "$FLYCTL_LOG"
[[ -z $UNDEPLOYABLE || $* != *"fly.$UNDEPLOYABLE.toml"* ]]
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
  for (const file of globSync('fly.*.toml')) {
    const text = readFileSync(file, 'utf8').replaceAll(/https:\/\/[\w-]*?(main|worker-\w+)\.fly\.dev/g, `${here}/$1`)
    writeFileSync(join(folder, file), text.replaceAll(`${here}/main"`, `${here}/main-worker"`))
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
  writeFileSync(join(folder, 'flyctl.log'), '')
})

const PATH = process.env['PATH'] ?? ''
const realNpm = PATH.split(':')
  .map((part) => join(part, 'npm'))
  .find((file) => globSync(file).length > 0)
const deploy = (undeployable = '', databaseUrl = postgres.url): Promise<JobResult[]> =>
  runWorkflow({
    file: '.github/workflows/deploy.yml',
    contexts: {
      github: { sha: SHA },
      secrets: { FLY_API_TOKEN: 'token', DATABASE_URL: databaseUrl, API_SECRET },
    },
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${PATH}`,
      HOME: folder,
      REAL_NPM: realNpm ?? 'npm',
      FLYCTL_LOG: join(folder, 'flyctl.log'),
      UNDEPLOYABLE: undeployable,
      GITHUB_SHA: SHA,
      HEALTH_TRIES: '2',
      HEALTH_EVERY_SECONDS: '0',
    },
  })
const ends = (results: JobResult[]) => Object.fromEntries(results.map(({ job, result }) => [job, result]))
const deployed = () =>
  flyctl()
    .filter((call) => call.includes('--image '))
    .map((call) => /fly\.(.+)\.toml/.exec(call)?.[1])

test('each image is built once; the first region is the canary, the others follow one by one, main comes last', async () => {
  const results = await deploy()
  assert.deepEqual(
    [...new Set(Object.values(ends(results)))],
    ['success'],
    results.map(({ output }) => output).join('\n'),
  )
  const builds = flyctl().filter((call) => call.includes('--build-only'))
  assert.deepEqual(
    builds.map((call) => /fly\.(.+)\.toml/.exec(call)?.[1]),
    ['main-worker', 'worker-fr'],
  )
  assert.deepEqual(deployed(), ORDER)
  for (const call of flyctl().slice(2, 6))
    assert.match(call, /--image registry\.fly\.io\/vigie-worker-fr:0123456789abcdef --ha=false$/)
  assert.match(flyctl()[6] ?? '', /--image registry\.fly\.io\/vigie-main:0123456789abcdef --ha=false$/)
})

test('the migrations are applied before anything is built or deployed', async () => {
  await deploy()
  const client = new Client(postgres.url)
  await client.connect()
  const { rows } = await client.query('select count(*)::int as count from supabase_migrations.schema_migrations')
  await client.end()
  assert.equal(rows[0].count, globSync('supabase/migrations/*.sql').length)
  const failed = await deploy('', 'postgresql://nobody@127.0.0.1:9/nothing')
  assert.equal(ends(failed)['migrate'], 'failure')
  assert.equal(ends(failed)['build'], 'skipped')
})

test('a canary that does not answer stops everything: the other regions and main stay as they were', async () => {
  unwell.add('worker-fr')
  const results = ends(await deploy())
  assert.deepEqual([results['canary'], results['regions'], results['main']], ['failure', 'skipped', 'skipped'])
  assert.deepEqual(deployed(), ['worker-fr'])
})

test('a region whose deployment fails, or that does not answer, stops the rest', async () => {
  assert.equal(ends(await deploy('worker-nl'))['regions'], 'failure')
  assert.deepEqual(deployed(), ['worker-fr', 'worker-us', 'worker-nl'])
  writeFileSync(join(folder, 'flyctl.log'), '')
  unwell.add('worker-us')
  assert.equal(ends(await deploy())['main'], 'skipped')
  assert.deepEqual(deployed(), ['worker-fr', 'worker-us'])
})

test('a deployment after which main does not find every region healthy is a failed one, and says which', async () => {
  unwell.add('worker-uk-for-main')
  const main = (await deploy()).find(({ job }) => job === 'main')
  assert.equal(main?.result, 'failure')
  assert.match(main?.output ?? '', /::error::unhealthy: \[\{"id":"worker-uk","lastError":"HTTP 401"\}\]/)
})
