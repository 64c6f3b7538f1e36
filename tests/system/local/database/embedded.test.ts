import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'
import { pino } from 'pino'
import { startDatabase } from '../../../../local/database/start-database.ts'
import type { RunningDatabase } from '../../../../local/database/start-database.ts'
import { makeMigrationsFolder } from '../../../support/database/migrations-folder.ts'
import type { MigrationsFolder } from '../../../support/database/migrations-folder.ts'

const KEY = 'a-service-role-key-that-only-tests-know'
const COUNTER = `
create table public.counters (value int); grant all on public.counters to service_role;
create function public.count_up() returns int language sql as
  'insert into public.counters values (1); select count(*)::int from public.counters'`

describe('the embedded database', () => {
  let folder: string
  let dataDir: string
  let migrations: MigrationsFolder
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-embedded-'))
    dataDir = join(folder, 'data')
    migrations = await makeMigrationsFolder({ '20260101000000_counter.sql': COUNTER })
  })
  after(async () => {
    await migrations.remove()
    await rm(folder, { recursive: true, force: true })
  })
  const start = (dir = dataDir, port = 0): Promise<RunningDatabase> =>
    startDatabase({
      dataDir: dir,
      port,
      serviceRoleKey: KEY,
      migrationsDir: migrations.path,
      logger: pino({ enabled: false }),
    })
  const call = async ({ url }: RunningDatabase, fn: string): Promise<unknown> =>
    (await createClient(url, KEY, { auth: { persistSession: false } }).rpc(fn)).data
  const backups = async (): Promise<string[]> => (await readdir(join(dataDir, 'backups'))).sort()

  test('is for its owner only, refuses a second opener and a taken port, and keeps its data', async () => {
    const first = await start()
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700)
    assert.equal(await call(first, 'count_up'), 1)
    await assert.rejects(start(), /is in use by process/)
    await assert.rejects(start(join(folder, 'other'), Number(new URL(first.url).port)), { code: 'EADDRINUSE' })
    await first.close()
    await assert.rejects(fetch(first.url))
    assert.deepEqual(await readdir(dataDir), ['backups', 'pgdata'])

    const again = await start()
    assert.equal(await call(again, 'count_up'), 2)
    await again.close()
  })

  test('is backed up when it stops, and the newest archive opens as a database', async () => {
    const restored = join(folder, 'restored')
    await mkdir(join(restored, 'pgdata'), { recursive: true })
    const newest = (await backups()).at(-1) ?? ''
    execFileSync('tar', ['-xzf', join(dataDir, 'backups', newest), '-C', join(restored, 'pgdata')], {
      stdio: 'pipe',
    })
    const database = await start(restored)
    assert.equal(await call(database, 'count_up'), 3)
    await database.close()
  })

  test('is backed up before older data is migrated', async () => {
    const known = await backups()
    await migrations.write('20260101000001_broken.sql', 'drop table public.counters; select 1 / 0')
    await assert.rejects(start(), /20260101000001_broken\.sql: division by zero/)
    assert.equal((await backups()).length, Math.min(known.length + 1, 3))
    assert.notDeepEqual(await backups(), known)

    await migrations.write('20260101000001_broken.sql', 'alter table public.counters add column note text')
    const repaired = await start()
    assert.equal(await call(repaired, 'count_up'), 3)
    await repaired.close()
  })
})
