import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'
import type { SupabaseClient } from '@supabase/supabase-js'
import { GATEWAY_CASES } from './gateway-cases.ts'
import type { GatewayCase } from './gateway-cases.ts'
import { GATEWAY_FUNCTIONS } from './gateway-functions.ts'
import { makeMigrationsFolder } from './migrations-folder.ts'
import type { MigrationsFolder } from './migrations-folder.ts'
import { startTestDatabase } from './test-database.ts'
import type { TestDatabase } from './test-database.ts'

/** The same sentences for both engines. */
export function describeGateway(engine: 'pglite' | 'postgres'): void {
  describe(`the gateway on ${engine}`, () => {
    let migrations: MigrationsFolder
    let database: TestDatabase
    let client: SupabaseClient
    before(async () => {
      migrations = await makeMigrationsFolder({ '20260101000000_functions.sql': GATEWAY_FUNCTIONS })
      database = await startTestDatabase({ engine, migrationsDir: migrations.path })
      client = createClient(database.url, database.key, { auth: { persistSession: false, autoRefreshToken: false } })
    })
    after(async () => {
      await database.close()
      await migrations.remove()
    })
    const noteIds = async (): Promise<number[]> => (await client.rpc('note_ids')).data as number[]

    for (const example of GATEWAY_CASES) {
      test(example.says, async () => {
        const response = await send(database, example)
        const text = await response.text()
        assert.equal(response.status, example.status, text)
        const answer: unknown = text === '' ? undefined : JSON.parse(text)
        if (example.code === undefined) assert.deepEqual(answer, example.answer)
        else assertError(answer, example.code)
      })
    }

    test('large integers keep every digit', async () => {
      const response = await send(database, { fn: 'twice', body: '{"n":4503599627370497001}' })
      assert.equal(await response.text(), '9007199254740994002')
    })

    test('supabase-js gets data, null, and errors as from the hosted service', async () => {
      assert.deepEqual((await client.rpc('pairs', { n: 2 })).data, [
        { a: 1, b: 'x1' },
        { a: 2, b: 'x2' },
      ])
      const nothing = await client.rpc('nothing')
      assert.deepEqual([nothing.status, nothing.data, nothing.error], [204, null, null])
      const { error, status } = await client.rpc('fail', { state: 'PT409' })
      assert.deepEqual([status, error?.code, error?.message, error?.details], [409, 'PT409', 'said so', 'a detail'])
      assert.deepEqual((await client.rpc('pairs', { n: 1 }).single()).data, { a: 1, b: 'x1' })
      assert.equal((await client.rpc('pairs', { n: 0 }).single()).error?.code, 'PGRST116')
      assert.deepEqual((await client.rpc('pairs', { n: 0 }).maybeSingle()).data, null)
    })

    test('a key of the new kind goes in one header only', async () => {
      const response = await fetch(`${database.url}/rest/v1/rpc/guarded`, {
        method: 'POST',
        headers: { apikey: database.key, 'content-type': 'application/json' },
        body: '{}',
      })
      assert.equal(await response.json(), 1)
    })

    test('what is written is there for the next call, and constraints are conflicts', async () => {
      assert.equal((await client.rpc('write_note', { id: 1, body: 'first' })).data, 1)
      assert.deepEqual(await noteIds(), [1])
      const twice = await client.rpc('write_note', { id: 1, body: 'again' })
      assert.deepEqual([twice.status, twice.error?.code], [409, '23505'])
      const orphan = await client.rpc('write_note', { id: 2, body: 'orphan', parent: 99 })
      assert.deepEqual([orphan.status, orphan.error?.code], [409, '23503'])
      assert.deepEqual(await noteIds(), [1])
    })

    test('what fails, or is not one row when one is asked for, leaves nothing behind', async () => {
      const before = await noteIds()
      assert.equal((await client.rpc('write_then_fail')).error?.code, 'P0001')
      assert.equal((await client.rpc('write_two_notes').single()).error?.code, 'PGRST116')
      assert.deepEqual(await noteIds(), before)
    })

    test('many calls at once are all answered', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, a) => client.rpc('add', { a, b: 0 })))
      assert.deepEqual(
        answers.map(({ data }) => data as number),
        Array.from({ length: 50 }, (_, a) => a),
      )
    })

    test('a function made or changed while it serves is found', async () => {
      const make = (args: string): Promise<unknown[]> =>
        database.query(`create function public.late(${args}) returns int language sql immutable as 'select 1'`)
      assert.equal((await client.rpc('late', { a: 1 })).error?.code, 'PGRST202')
      await make('a int')
      assert.equal((await client.rpc('late', { a: 1 })).data, 1)
      await database.query('drop function public.late')
      assert.equal((await client.rpc('late', { a: 1 })).status, 404)
      await make('b int')
      assert.equal((await client.rpc('late', { b: 1 })).data, 1)
      await database.query('drop function public.late')
    })

    test('other paths, methods, media types and bodies above 8 MiB are refused', async () => {
      const post = (body: string, type: string): Promise<Response> =>
        fetch(`${database.url}/rest/v1/rpc/echo`, { method: 'POST', body, headers: { 'content-type': type } })
      assert.equal((await fetch(`${database.url}/rest/v1/notes`)).status, 404)
      assert.equal((await fetch(`${database.url}/rest/v1/rpc/no_arguments`)).status, 404)
      assert.equal((await post('value=1', 'application/x-www-form-urlencoded')).status, 415)
      const large = (length: number): string => JSON.stringify({ value: 'x'.repeat(length) })
      assert.equal((await post(large(8 * 1024 * 1024), 'application/json')).status, 413)
      assert.equal((await post(large(7 * 1024 * 1024), 'application/json')).status, 200)
    })

    test('health needs no key', async () => {
      const response = await fetch(`${database.url}/health`)
      assert.deepEqual([response.status, await response.json()], [200, { status: 'ok' }])
    })
  })
}

async function send(
  database: TestDatabase,
  example: Pick<GatewayCase, 'fn' | 'body' | 'as' | 'accept'>,
): Promise<Response> {
  const { fn, body, as = 'service_role', accept = 'application/json' } = example
  const key = as === 'unknown' ? 'not-the-key' : database.key
  return fetch(`${database.url}/rest/v1/rpc/${fn}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      ...(as === 'anon' ? {} : { apikey: key, authorization: `Bearer ${key}` }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

function assertError(answer: unknown, code: string): void {
  assert.ok(typeof answer === 'object' && answer !== null)
  assert.deepEqual(Object.keys(answer), ['code', 'details', 'hint', 'message'])
  assert.equal((answer as { code: string }).code, code)
}
