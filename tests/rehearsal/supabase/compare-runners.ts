import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../../../local/database/migrate.ts'
import { readMigrations } from '../../../local/database/migration-files.ts'
import { prepareRoles } from '../../../local/database/prepare-roles.ts'
import { createDatabase } from '../../support/deploy/create-database.ts'
import { readCatalogue, readHistory } from '../../support/deploy/database-catalogue.ts'
import { openDatabaseAt } from '../../support/deploy/database-verbs.ts'
import type { OpenedDatabase } from '../../support/deploy/database-verbs.ts'
import { MIGRATIONS } from '../../support/supabase/start-vigie-database.ts'
import type { SupabaseCli } from './supabase-cli.ts'

const FAILING = '20991231000000_failing.sql'

/** Both ways to migrate, alone and after each other, on one fresh server. Answers rows of version, attempt and result. */
export async function compareRunners(cli: SupabaseCli, serverUrl: string): Promise<string[][]> {
  await using opened = new AsyncDisposableStack()
  const openAt = (url: string): OpenedDatabase => {
    const database = openDatabaseAt(url)
    opened.defer(() => database.close())
    return database
  }
  const make = async (name: string) => {
    const url = await createDatabase(serverUrl, name)
    // Without a terminal the CLI changes nothing unless told so beforehand.
    const push = (project: { path: string }, ...command: string[]) =>
      cli.run(project.path, ...command, `--remote=${url}?sslmode=disable`, '--yes')
    return { ...openAt(url), push }
  }
  const files = (await readMigrations(MIGRATIONS)).map(({ file }) => file)
  const half = Math.floor(files.length / 2)
  const [whole, older] = [await cli.makeProject(files), await cli.makeProject(files.slice(0, half))]

  const admin = openAt(serverUrl)
  const [server] = await admin.query<{ version: string }>(`select current_setting('server_version') as version`)
  const rows: string[][] = []
  const report = (tried: string, result: string): void =>
    void rows.push([server?.version.split(' ', 1)[0] ?? '', tried, result])

  const bare = await make('bare')
  assert.match((await bare.push(whole, 'db', 'push')).text, /role "anon" does not exist/)
  assert.deepEqual(await bare.query(`select tablename from pg_tables where schemaname = 'public'`), [])
  report('the CLI, on a plain server that lacks the roles of Supabase', 'refused; nothing is left of it')

  await prepareRoles(admin.driver)
  const ours = await make('ours')
  assert.equal((await migrate(ours.driver, MIGRATIONS)).length, files.length)
  const [schema, history] = [await readCatalogue(ours.query), await readHistory(ours.query)]
  const isSame = async ({ query }: OpenedDatabase): Promise<string> => {
    assert.deepEqual(await readCatalogue(query), schema)
    assert.deepEqual(await readHistory(query), history)
    return `the same schema (${Object.values(schema).flat().length} things) and history (${history.length})`
  }
  assert.match((await ours.push(whole, 'db', 'push')).text, /up to date/)
  report('our runner, then `db push`', `${await isSame(ours)}; the CLI finds nothing to do`)

  for (const command of ['db push', 'migration up']) {
    const theirs = await make(command.replace(' ', '_'))
    const { code, text } = await theirs.push(whole, ...command.split(' '))
    assert.equal(code, 0, text)
    assert.deepEqual(await migrate(theirs.driver, MIGRATIONS), [])
    report(`\`${command}\`, then our runner`, `${await isSame(theirs)}; ours finds nothing to do`)
  }

  const begunByThem = await make('begun_by_them')
  assert.equal((await begunByThem.push(older, 'db', 'push')).code, 0)
  assert.equal((await migrate(begunByThem.driver, MIGRATIONS)).length, files.length - half)
  report(`the first ${half} by the CLI, the others by our runner`, await isSame(begunByThem))

  const begunByUs = await make('begun_by_us')
  assert.equal((await migrate(begunByUs.driver, older.migrations)).length, half)
  const { code, text } = await begunByUs.push(whole, 'db', 'push')
  assert.equal(code, 0, text)
  report(`the first ${half} by our runner, the others by the CLI`, await isSame(begunByUs))

  // Of ours tests/support/database/migration-suite.ts says the same.
  await writeFile(join(whole.migrations, FAILING), 'create table public.lost (id int);\nselect 1 / 0;')
  assert.match((await ours.push(whole, 'db', 'push')).text, /division by zero/)
  report('the CLI, with one more whose second statement fails', `refused; ${await isSame(ours)}`)
  return rows
}
