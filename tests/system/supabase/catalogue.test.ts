import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { rpcs } from '../../../shared/database/rpcs.ts'
import { makeMigrationsFolder } from '../../support/database/migrations-folder.ts'
import type { MigrationsFolder } from '../../support/database/migrations-folder.ts'
import { startTestDatabase } from '../../support/database/test-database.ts'
import type { TestDatabase } from '../../support/database/test-database.ts'
import { MIGRATIONS } from '../../support/supabase/start-vigie-database.ts'

/** What an older hosted project does by itself: whatever is made in `public` belongs to everybody. */
const OLD_DEFAULTS = `
  alter default privileges in schema public grant all on tables to anon, authenticated;
  alter default privileges in schema public grant all on sequences to anon, authenticated;
  alter default privileges in schema public grant all on functions to anon, authenticated;
`

type Signature = { args: { name: string; required: boolean }[]; isVoid: boolean }

describe('the catalogue of the database, on a project with the old default grants', () => {
  let folder: MigrationsFolder
  let database: TestDatabase
  before(async () => {
    folder = await makeMigrationsFolder({ '20000101000000_old_defaults.sql': OLD_DEFAULTS })
    for (const file of await readdir(MIGRATIONS))
      await folder.write(file, await readFile(join(MIGRATIONS, file), 'utf8'))
    database = await startTestDatabase({ engine: 'pglite', migrationsDir: folder.path })
  })
  after(async () => {
    await database.close()
    await folder.remove()
  })

  const names = async (sql: string): Promise<string[]> =>
    (await database.query<{ name: string }>(sql)).map(({ name }) => name)

  const signatures = async (): Promise<Record<string, Signature>> => {
    const rows = await database.query<{ name: string; args: string[] | null; required: number; isVoid: boolean }>(
      `select proname as name, proargnames as args, pronargs - pronargdefaults as required,
         prorettype = 'void'::regtype as "isVoid"
       from pg_proc where pronamespace = 'public'::regnamespace`,
    )
    return Object.fromEntries(
      rows.map(({ name, args, required, isVoid }) => [
        name,
        { isVoid, args: (args ?? []).map((arg, place) => ({ name: arg, required: place < required })) },
      ]),
    )
  }

  test('every rpc is a function, and every other function serves one: none is dead, none has two forms', async () => {
    const all = await database.query<{ name: string; source: string; isTrigger: boolean }>(
      `select proname as name, prosrc as source, prorettype = 'trigger'::regtype as "isTrigger"
       from pg_proc where pronamespace = 'public'::regnamespace`,
    )
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length)
    const known = new Set(all.map(({ name }) => name))
    assert.deepEqual(
      Object.keys(rpcs).filter((name) => !known.has(name)),
      [],
    )
    const isUsed = (name: string): boolean => all.some(({ source }) => source.includes(`public.${name}(`))
    const dead = all.filter(({ name, isTrigger }) => !isTrigger && !(name in rpcs) && !isUsed(name))
    assert.deepEqual(
      dead.map(({ name }) => name),
      [],
    )
  })

  test('what the product calls is in the table of rpcs', async () => {
    const called = new Set<string>()
    const root = join(MIGRATIONS, '../..')
    for (const folder of ['shared', 'main-worker', 'regional-worker']) {
      for (const file of await readdir(join(root, folder), { recursive: true })) {
        if (!file.endsWith('.ts')) continue
        const text = await readFile(join(root, folder, file), 'utf8')
        for (const [, name] of text.matchAll(/\bcall\(\s*'([a-z_]+)'/g)) called.add(name ?? '')
      }
    }
    assert.ok(called.size > 30)
    assert.deepEqual(
      [...called].filter((name) => !(name in rpcs)),
      [],
    )
  })

  test('names, order-free arguments, what is required and what is void agree with pg_proc', async () => {
    const catalogue = await signatures()
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
    for (const [name, { args, result }] of Object.entries(rpcs)) {
      const inTable = Object.entries(args.shape as Record<string, z.ZodType>).map(([arg, type]) => ({
        name: arg,
        required: !type.safeParse(undefined).success,
      }))
      const inDatabase = catalogue[name]
      assert.deepEqual(inTable.sort(byName), inDatabase?.args.sort(byName), name)
      assert.equal((result as z.ZodType) instanceof z.ZodNull, inDatabase?.isVoid, `${name} returns void`)
    }
  })

  test('every function runs with the rights of its caller and an empty search_path', async () => {
    const wrong = await names(
      `select proname as name from pg_proc
       where pronamespace = 'public'::regnamespace
         and (prosecdef or proconfig is null or not 'search_path=""' = any (proconfig))`,
    )
    assert.deepEqual(wrong, [])
  })

  test('row level security is on for every table, and no policy opens one', async () => {
    const tables = await names(`select tablename as name from pg_tables where schemaname = 'public'`)
    assert.ok(tables.length > 10)
    assert.deepEqual(
      await names(`select tablename as name from pg_tables where schemaname = 'public' and not rowsecurity`),
      [],
    )
    assert.deepEqual(await names(`select policyname as name from pg_policies`), [])
  })

  for (const role of ['anon', 'authenticated']) {
    test(`${role} can call nothing, read nothing, write nothing`, async () => {
      const functions = `select proname as name from pg_proc
        where pronamespace = 'public'::regnamespace and has_function_privilege('${role}', oid, 'execute')`
      assert.deepEqual(await names(functions), [])
      const relations = `select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and (
          relkind in ('r', 'v', 'm', 'f', 'p')
            and has_table_privilege('${role}', oid, 'select, insert, update, delete, truncate, references, trigger')
          or relkind = 'S' and has_sequence_privilege('${role}', oid, 'usage, select, update'))`
      assert.deepEqual(await names(relations), [])
      const columns = `select attrelid::regclass || '.' || attname as name from pg_attribute
        join pg_class on pg_class.oid = attrelid and relkind = 'r' and relnamespace = 'public'::regnamespace
        where attnum > 0 and has_column_privilege('${role}', attrelid, attnum, 'select, insert, update, references')`
      assert.deepEqual(await names(columns), [])
    })
  }

  test('service_role can call every function', async () => {
    const refused = `select proname as name from pg_proc
      where pronamespace = 'public'::regnamespace and not has_function_privilege('service_role', oid, 'execute')`
    assert.deepEqual(await names(refused), [])
  })

  test('a call without the key is refused before it reaches a function', async () => {
    const response = await fetch(`${database.url}/rest/v1/rpc/list_alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    assert.equal(response.status, 401)
    const { code } = (await response.json()) as { code: string }
    assert.equal(code, '42501')
  })
})
