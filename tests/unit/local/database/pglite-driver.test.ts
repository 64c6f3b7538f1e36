import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isSqlError } from '../../../../local/database/driver.ts'
import { openPglite } from '../../../../local/database/pglite-driver.ts'
import type { PgliteDriver } from '../../../../local/database/pglite-driver.ts'
import { pgliteTemplate } from '../../../support/database/pglite-template.ts'

describe('the PGlite driver', () => {
  let driver: PgliteDriver
  before(async () => {
    driver = await openPglite({ template: await pgliteTemplate() })
    await driver.tx('begin', (session) => session.exec('create table public."Odd; name" (id int primary key)'))
  })
  after(() => driver.close())
  const ids = (): Promise<{ id: number }[]> =>
    driver.tx('begin', (session) => session.query('select id from public."Odd; name" order by id'))

  test('a transaction that fails, or whose opening fails, leaves nothing and does not block the next', async () => {
    const insert = (begin: string, sql: string): Promise<void> =>
      driver.tx(begin, (session) => session.exec(`insert into public."Odd; name" values (1); ${sql}`))
    await assert.rejects(insert('begin', 'select 1 / 0'), (error) => isSqlError(error) && error.code === '22012')
    await assert.rejects(insert('begin; set local role nobody_knows', ''))
    await assert.rejects(insert('begin read only', ''), (error) => isSqlError(error) && error.code === '25006')
    assert.deepEqual(await ids(), [])
  })

  test('becoming another session user ends with the transaction, committed or not', async () => {
    const user = (begin: string): Promise<{ user: string }[]> =>
      driver.tx(begin, (session) => session.query('select session_user::text as user'))
    const become = 'begin; set local session authorization pg_monitor'
    assert.deepEqual(await user(become), [{ user: 'pg_monitor' }])
    assert.deepEqual(await user('begin'), [{ user: 'postgres' }])
    await assert.rejects(driver.tx(become, (session) => session.exec('select 1 / 0')))
    assert.deepEqual(await user('begin'), [{ user: 'postgres' }])
  })

  test('checkpoint, vacuum and dump run between calls, and a dump is a database to start from', async () => {
    const insert = (id: number): Promise<void> =>
      driver.tx('begin', (session) => session.exec(`insert into public."Odd; name" values (${id})`))
    const [, , , archive] = await Promise.all([
      insert(1),
      driver.checkpoint(),
      driver.vacuum(),
      insert(2).then(() => driver.dump('none')),
    ])
    const copy = await openPglite({ template: archive })
    try {
      const rows = await copy.tx('begin', (session) =>
        session.query('select count(*)::int as n from public."Odd; name"'),
      )
      assert.deepEqual(rows, [{ n: 2 }])
    } finally {
      await copy.close()
    }
  })
})
