import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../support/database/real-postgres.ts'
import { commandsOf, readDocument, toolsOf } from '../../support/deploy/read-document.ts'
import { SHIPPED_REGIONS, writeShippedFlyFiles } from '../../support/deploy/shipped-fleet.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'

const DOCUMENTS = ['DEPLOYMENT.md', 'docs/operations.md', 'docs/coming-from-v1.md', 'docs/legal.md', 'SECURITY.md']

/** What a block is run with; whatever is in neither list fails the test. */
const RUN_HERE = new Set(
  'ask curl jq openssl node sed echo tee rm grep date read [ cp cat command export'
    .split(' ')
    .concat('npm run doctor', 'npm run setup'),
)
/** Rented services, and what other tests do (backup and restore: `backup.test.ts`, `backup-embedded.test.ts`). */
const NOT_HERE = new Set(
  [
    'apps create,apps destroy,apps restart,auth login,deploy,ips allocate-egress,ips allocate-v6,ips list,ips release',
    'logs,machine run,proxy,releases,scale count,secrets import,secrets list,secrets set,secrets unset,status',
    'tokens create',
  ]
    .flatMap((names) => names.split(','))
    .map((name) => `fly ${name}`)
    .concat(
      'gh docker npx pm2 pg_dump pg_restore mv mkdir tar ls tail git cd'.split(' '),
      'npm ci',
      'npm run check',
      'npm run migrate',
      'npm run prepare-roles',
    ),
)

/** An access token that has not ended, of no use anywhere. */
const token = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) + 3_600 })}.x`
}

let postgres: RealPostgres
let fleet: TestFleet
before(async () => {
  postgres = await startRealPostgres()
  // The regions that the documents speak of, whichever an owner has.
  const markets = SHIPPED_REGIONS.map(({ id }) => id.replace(/^worker-/, '')).join(',')
  fleet = await startTestFleet({ env: { DATABASE_URL: postgres.url }, args: ['--workers', markets] })
})
after(async () => {
  await fleet.stop()
  await postgres.stop()
})

/** The project's folder as an owner has it after setup: main's variables in .deploy, the rest as it is shipped. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-documents-'))
  for (const name of ['local', 'shared', 'main-worker', 'regional-worker', 'supabase', 'scripts', 'node_modules'])
    symlinkSync(resolve(name), join(folder, name))
  for (const file of ['package.json', 'Dockerfile', 'compose.yaml']) cpSync(file, join(folder, file))
  writeShippedFlyFiles(folder)
  const { apiKey, main, workers, database } = fleet.local()
  const variables = {
    API_SECRET: apiKey,
    SUPABASE_URL: database.url,
    SUPABASE_SERVICE_ROLE_KEY: database.key,
    COOKIE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
  }
  const list = workers.map(({ id, region, url }) => ({ id, name: id, region, url }))
  const ofMain = { PORT: new URL(main.url).port, DATABASE_URL: postgres.url, WORKERS: JSON.stringify(list) }
  const write = (file: string, values: object): void => {
    const lines = Object.entries(values).map(([name, value]) => `${name}=${String(value)}\n`)
    writeFileSync(join(folder, '.deploy', file), lines.join(''), { mode: 0o600 })
  }
  mkdirSync(join(folder, '.deploy'), { mode: 0o700 })
  write('main.env', { ...variables, ...ofMain })
  write('worker.env', variables)
  write('home.env', variables)
  const example = readDocument('docs/coming-from-v1.md').blocks.find(({ language }) => language === 'json')
  writeFileSync(join(folder, 'alerts.json'), example?.text ?? '')
  return folder
}

const regionUrl = (id: string): string => fleet.local().workers.find((worker) => worker.id === id)?.url ?? id
const metricsPort = (): number =>
  Number(/port (\d+)/.exec(fleet.logs('main').find(({ event }) => event === 'metricsOn')?.msg ?? '')?.[1])

/** The addresses of a document are this fleet's; main.env here holds what the doctor would take from main's fly file. */
const settle = (command: string): string =>
  command
    .replace(/^MAIN=.*/, `MAIN=${fleet.local().main.url}`)
    .replace(/^METRICS=.*/, `METRICS=http://127.0.0.1:${metricsPort()}`)
    .replace(' --fly fly.main-worker.toml', '')
    // It asks at a terminal, so it is only looked at; and a newcomer has no secrets yet.
    .replace(/^npm run setup(?: --)?(.*)/, (_all, flags: string) => {
      const isDry = flags.includes('--dry-run')
      return `mv .deploy .kept && npm run setup -- ${isDry ? '' : '--dry-run'}${flags} && mv .kept .deploy`
    })
    .replaceAll(/https:\/\/vigie-(worker-\w+)\.fly\.dev/g, (_all, id: string) => regionUrl(id))

const isHere = (command: string): boolean => toolsOf(command).every((tool) => RUN_HERE.has(tool))

async function runBlock(commands: string[], folder: string): Promise<void> {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    COOKIES: `access_token_web=${token()}; anon_id=a`,
    AGENT: 'Mozilla/5.0 (X11; Linux x86_64) Test/1.0',
  }
  const script = ['set -euo pipefail', ...commands.map(settle)].join('\n')
  try {
    await promisify(execFile)('bash', ['-c', script], { cwd: folder, env, timeout: 120_000 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    assert.fail(`${commands.join('\n')}\n${stdout}\n${stderr}`)
  }
}

/** A message that Telegram refused, so that there is one to be sent again. */
async function failOneMessage(): Promise<void> {
  await fleet.control('POST', 'telegram/faults', { mode: '403' })
  await fleet.api('POST', '/api/v1/outbox/test', { channel: 'telegram' })
  await eventually(async () => {
    const { messages } = (await fleet.api('GET', '/api/v1/outbox?status=failed')).body
    assert.equal(messages.length, 1)
  })
  await fleet.control('DELETE', 'telegram/faults')
}

/** What a block left behind must not be the next one's trouble. */
async function tidy(): Promise<void> {
  await fleet.api('POST', '/api/v1/fleet/resume')
  for (const { id } of fleet.local().workers) await fleet.api('POST', `/api/v1/worker/${id}/resume`)
  await fleet.api('POST', '/api/v1/token/refresh/force', { market: 'fr', worker: 'worker-fr' })
  await eventually(async () => {
    const { incidents } = (await fleet.api('GET', '/api/v1/worker/main/stats')).body.fleet
    assert.deepEqual(
      incidents.filter(({ isOpen }: Json) => isOpen),
      [],
    )
  }, 30_000)
}

for (const file of DOCUMENTS) {
  const { blocks } = readDocument(file)
  const shell = blocks.filter(({ language }) => language === 'sh')
  const first = shell.find(({ text }) => text.startsWith('MAIN='))

  test(`${file}: each command is one that is run here, or of a program that cannot be here`, () => {
    for (const command of shell.flatMap(commandsOf))
      for (const tool of toolsOf(command)) assert.ok(RUN_HERE.has(tool) || NOT_HERE.has(tool), `${tool} in: ${command}`)
  })

  for (const block of shell) {
    const commands = commandsOf(block).filter(isHere)
    if (commands.length === 0 || block === first) continue
    test(`${file}:${block.line}: its commands do what they say (${commands.length})`, async () => {
      const folder = makeFolder()
      if (block.text.includes('/retry')) await failOneMessage()
      try {
        await runBlock([...(first ? commandsOf(first) : []), ...commands], folder)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
      await tidy()
    })
  }

  const sql = blocks.filter(({ language }) => language === 'sql')
  if (sql.length > 0) {
    test(`${file}: its SQL runs against the schema`, async () => {
      const client = new Client(postgres.url)
      await client.connect()
      try {
        for (const { text } of sql) await client.query(text)
      } finally {
        await client.end()
      }
    })
  }
}
