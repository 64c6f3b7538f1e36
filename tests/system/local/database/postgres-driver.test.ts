import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'
import { pino } from 'pino'
import { startDatabase } from '../../../../local/database/start-database.ts'
import type { RunningDatabase } from '../../../../local/database/start-database.ts'
import { createPostgresDriver } from '../../../../local/database/postgres-driver.ts'
import type { Driver } from '../../../../local/database/driver.ts'
import { ensureCertificate } from '../../../../local/sandbox/certificate.ts'
import { makeMigrationsFolder } from '../../../support/database/migrations-folder.ts'
import type { MigrationsFolder } from '../../../support/database/migrations-folder.ts'
import { eventually } from '../../../support/fleet/eventually.ts'
import { startRealPostgres } from '../../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../../support/database/real-postgres.ts'

const KEY = 'a-service-role-key-that-only-tests-know'
const FUNCTIONS = `
create function public.wait() returns void language sql as 'select pg_sleep(60)';
create function public.one() returns int language sql immutable as 'select 1'`

describe('the gateway in front of a PostgreSQL server', () => {
  let server: RealPostgres
  let migrations: MigrationsFolder
  let database: RunningDatabase
  let admin: Driver
  before(async () => {
    server = await startRealPostgres()
    migrations = await makeMigrationsFolder({ '20260101000000_functions.sql': FUNCTIONS })
    const logger = pino({ enabled: false })
    admin = createPostgresDriver(server.url, logger)
    database = await startDatabase({
      dataDir: '/nowhere',
      databaseUrl: server.url,
      port: 0,
      serviceRoleKey: KEY,
      migrationsDir: migrations.path,
      logger,
    })
  })
  after(async () => {
    await database.close()
    await admin.close()
    await migrations.remove()
    await server.stop()
  })
  const call = (fn: string) => createClient(database.url, KEY, { auth: { persistSession: false } }).rpc(fn)
  const TERMINATE = `select pg_terminate_backend(pid) from pg_stat_activity where query like '%"wait"%' and pid <> pg_backend_pid()`

  test('a session that is ended is an answer for its caller, and the others go on', async () => {
    const waiting = call('wait').then((response) => response)
    let ended: unknown[] = []
    while (ended.length === 0) ended = await admin.tx('begin', (session) => session.query(TERMINATE))
    const { status, error } = await waiting
    assert.deepEqual([status, error?.code], [503, '57P01'])
    assert.equal((await call('one')).data, 1)
  })

  test('sslmode means what it means to psql: require encrypts whoever signed, verify-full asks', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-tls-'))
    await server.enableTls(await ensureCertificate(folder))
    const encrypted = async (query: string) => {
      const driver = createPostgresDriver(`${server.url}${query}`, pino({ enabled: false }))
      try {
        const sql = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'
        return (await driver.tx('begin', (session) => session.query<{ ssl: boolean }>(sql)))[0]?.ssl
      } finally {
        await driver.close()
      }
    }
    await eventually(async () => assert.equal(await encrypted('?sslmode=require'), true))
    assert.equal(await encrypted(''), false)
    await assert.rejects(encrypted('?sslmode=verify-full'))
    await rm(folder, { recursive: true })
  })

  test('a server that is gone is 503', async () => {
    await server.stop()
    const { status, error } = await call('one')
    assert.deepEqual([status, error?.code], [503, 'PGRST001'])
  })
})
