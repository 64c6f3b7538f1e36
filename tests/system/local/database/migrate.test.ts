import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import type { Driver } from '../../../../local/database/driver.ts'
import { migrate } from '../../../../local/database/migrate.ts'
import { createPostgresDriver } from '../../../../local/database/postgres-driver.ts'
import { prepareRoles } from '../../../../local/database/prepare-roles.ts'
import { describeMigrations } from '../../../support/database/migration-suite.ts'
import { makeMigrationsFolder } from '../../../support/database/migrations-folder.ts'
import { startRealPostgres } from '../../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../../support/database/real-postgres.ts'

const COMMAND = fileURLToPath(new URL('../../../../local/database/migrate.ts', import.meta.url))

const connect = (url: string): Driver => createPostgresDriver(url, pino({ enabled: false }))

describeMigrations('postgres', async () => {
  const server = await startRealPostgres()
  const driver = connect(server.url)
  return {
    ...driver,
    async close() {
      await driver.close()
      await server.stop()
    },
  }
})

describe('migrating a real server', () => {
  let server: RealPostgres
  before(async () => {
    server = await startRealPostgres()
  })
  after(() => server.stop())

  test('two runners at once apply each migration once', async (t) => {
    const files = Array.from({ length: 10 }, (_, n) => [`2026020100000${n}_table.sql`, `create table public.t${n} ()`])
    const folder = await makeMigrationsFolder(Object.fromEntries(files) as Record<string, string>)
    const drivers = [connect(server.url), connect(server.url)]
    t.after(async () => {
      await Promise.all(drivers.map((driver) => driver.close()))
      await folder.remove()
    })
    await Promise.all(drivers.map((driver) => prepareRoles(driver)))
    const applied = await Promise.all(drivers.map((driver) => migrate(driver, folder.path)))
    assert.deepEqual(
      applied.flat().sort(),
      files.map(([file]) => file?.slice(0, 14)),
    )
  })

  test('the command migrates DATABASE_URL and prints what it applied', () => {
    const run = (environment: Record<string, string>) =>
      spawnSync(process.execPath, [COMMAND], { env: { PATH: process.env['PATH'], ...environment }, encoding: 'utf8' })
    const first = run({ DATABASE_URL: server.url })
    assert.equal(first.status, 0, first.stderr)
    assert.match(first.stdout, /^(\d{14}\n)*$/)
    assert.deepEqual([run({ DATABASE_URL: server.url }).stdout, first.stderr], ['', ''])
    const missing = run({})
    assert.equal(missing.status, 1)
    assert.match(missing.stderr, /^DATABASE_URL is missing.*\n$/)
    const unreachable = run({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })
    assert.equal(unreachable.status, 1)
    assert.match(unreachable.stderr, /^the database does not answer.*\n$/)
  })
})
