import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Driver } from '../../../local/database/driver.ts'
import { MigrationFailedError, migrate, migrationState } from '../../../local/database/migrate.ts'
import { prepareRoles } from '../../../local/database/prepare-roles.ts'
import { makeMigrationsFolder } from './migrations-folder.ts'

/** The same sentences for both engines. Each test uses tables and versions of its own. */
export function describeMigrations(engine: string, open: () => Promise<Driver>): void {
  describe(`migrations on ${engine}`, () => {
    let driver: Driver
    before(async () => {
      driver = await open()
    })
    after(() => driver.close())
    const query = <Row>(sql: string): Promise<Row[]> => driver.tx('begin', (session) => session.query<Row>(sql))

    test('they are applied in order of version, once, and recorded as the Supabase CLI does', async (t) => {
      const folder = await makeMigrationsFolder({
        '20260101000002_fill_it.sql': `insert into public.first values (1); insert into public.first values (2);`,
        '20260101000001_make_table.sql': `create table public.first (id int);`,
        'README.md': 'not a migration',
      })
      t.after(folder.remove)
      assert.equal(await migrationState(driver, folder.path), 'empty')
      assert.deepEqual(await migrate(driver, folder.path), ['20260101000001', '20260101000002'])
      assert.deepEqual(await migrate(driver, folder.path), [])
      assert.equal(await migrationState(driver, folder.path), 'current')
      assert.deepEqual(await query('select id from public.first order by id'), [{ id: 1 }, { id: 2 }])
      assert.deepEqual(await query('select * from supabase_migrations.schema_migrations order by version'), [
        { version: '20260101000001', statements: ['create table public.first (id int);'], name: 'make_table' },
        {
          version: '20260101000002',
          statements: ['insert into public.first values (1); insert into public.first values (2);'],
          name: 'fill_it',
        },
      ])
      await folder.write('20260101000003_more.sql', 'alter table public.first add column text text')
      assert.equal(await migrationState(driver, folder.path), 'pending')
      assert.deepEqual(await migrate(driver, folder.path), ['20260101000003'])
    })

    test('what the Supabase CLI applied is not applied again', async (t) => {
      await query(
        `insert into supabase_migrations.schema_migrations (version, statements, name) values ('20260102000001', '{}', 'theirs')`,
      )
      const folder = await makeMigrationsFolder({ '20260102000001_theirs.sql': 'select 1 / 0' })
      t.after(folder.remove)
      assert.deepEqual(await migrate(driver, folder.path), [])
    })

    test('one that fails leaves nothing, names file and line, and stops those after it', async (t) => {
      const folder = await makeMigrationsFolder({
        '20260103000001_good.sql': 'create table public.kept (id int)',
        '20260103000002_bad.sql': 'create table public.lost (id int);\n\ncreate table public.lost (id nonsense);',
        '20260103000003_later.sql': 'create table public.later (id int)',
      })
      t.after(folder.remove)
      await assert.rejects(migrate(driver, folder.path), (error) => {
        assert.ok(error instanceof MigrationFailedError)
        assert.match(error.message, /^20260103000002_bad\.sql:3: type "nonsense" does not exist \(42704\)$/)
        return true
      })
      const [tables] = await query(
        `select to_regclass('public.kept') is not null as kept, to_regclass('public.lost') as lost, to_regclass('public.later') as later`,
      )
      assert.deepEqual(tables, { kept: true, lost: null, later: null })
      await folder.write('20260103000002_bad.sql', 'create table public.lost (id int)')
      assert.deepEqual(await migrate(driver, folder.path), ['20260103000002', '20260103000003'])
    })

    test('a setting made by a migration ends with it', async (t) => {
      const folder = await makeMigrationsFolder({
        '20260104000001_set.sql': `set search_path = ''; set timezone = 'Japan'`,
      })
      t.after(folder.remove)
      const settings = `select current_setting('search_path') as path, current_setting('timezone') as zone`
      const before = await query(settings)
      await migrate(driver, folder.path)
      assert.deepEqual(await query(settings), before)
    })

    test('a file with another kind of name is refused', async (t) => {
      const folder = await makeMigrationsFolder({ '1_short.sql': 'select 1' })
      t.after(folder.remove)
      await assert.rejects(migrate(driver, folder.path), /1_short\.sql is not named <14 digits>_<name>\.sql/)
    })

    test('the roles of hosted Supabase are made when missing, and left alone when there', async () => {
      await prepareRoles(driver)
      await query('comment on role anon is $$ours$$')
      await prepareRoles(driver)
      const roles = await query(
        `select rolname as name, rolcanlogin as login, rolinherit as inherit, rolbypassrls as bypass from pg_roles
         where rolname in ('anon', 'authenticated', 'service_role', 'authenticator') order by 1`,
      )
      const plain = { login: false, inherit: false, bypass: false }
      assert.deepEqual(roles, [
        { ...plain, name: 'anon' },
        { ...plain, name: 'authenticated' },
        { ...plain, name: 'authenticator' },
        { ...plain, name: 'service_role', bypass: true },
      ])
      const [member] = await query(`select pg_has_role('authenticator', 'service_role', 'member') as yes`)
      assert.deepEqual(member, { yes: true })
    })
  })
}
