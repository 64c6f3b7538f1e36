import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createClient } from '@supabase/supabase-js'
import { createUndiciFetch } from '../../../shared/database/undici-fetch.ts'
import { startLocalServer } from './local-server.ts'
import type { LocalServer } from './local-server.ts'

let server: LocalServer
let answer: RequestListener = () => undefined
before(async () => {
  server = await startLocalServer((request, response) => answer(request, response))
})
after(() => server.close())

const call = (signal?: AbortSignal) => {
  const client = createClient(server.url, 'a-key', {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch: createUndiciFetch() },
  })
  const asked = client.rpc('one', { word: 'été' })
  return signal ? asked.abortSignal(signal) : asked
}
const json = { 'content-type': 'application/json' }

test('a function of the database is called with its key and its arguments', async () => {
  answer = (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { url, method, headers } = request
      response.writeHead(200, json).end(JSON.stringify([method, url, headers['apikey'], headers.authorization, body]))
    })
  }
  assert.deepEqual((await call()).data, ['POST', '/rest/v1/rpc/one', 'a-key', 'Bearer a-key', '{"word":"été"}'])
})

test('an answer may be compressed, or nothing at all', async () => {
  answer = (_request, response) =>
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync('{"size":"36½"}'))
  assert.deepEqual((await call()).data, { size: '36½' })
  answer = (_request, response) => response.writeHead(204).end()
  const { data, status } = await call()
  assert.deepEqual([data, status], [null, 204])
})

test('a refusal keeps its status and its words', async () => {
  answer = (_request, response) =>
    response.writeHead(409, json).end('{"code":"23505","message":"twice","hint":"STALE_RUN"}')
  const { error, status } = await call()
  assert.deepEqual([status, error?.code, error?.message, error?.hint], [409, '23505', 'twice', 'STALE_RUN'])
})

test('a connection that breaks and a caller who gives up are status 0', async () => {
  answer = (request) => request.socket.destroy()
  assert.equal((await call()).status, 0)
  answer = () => undefined
  const { status, error } = await call(AbortSignal.timeout(50))
  assert.equal(status, 0)
  assert.match(error?.message ?? '', /timeout/i)
})
