import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, before, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createSiteClient } from '../../../regional-worker/vinted/site-client.ts'
import type { SiteAnswer, SiteClient } from '../../../regional-worker/vinted/site-client.ts'
import { startLocalServer } from '../shared/local-server.ts'
import type { LocalServer } from '../shared/local-server.ts'

let server: LocalServer
let client: SiteClient
let answer: RequestListener = () => undefined
before(async () => {
  server = await startLocalServer((request, response) => answer(request, response))
  client = createSiteClient(null)
})
after(async () => {
  await server.close()
  await client.close()
})

const get = (headers: Record<string, string> = {}) => client.get({ url: `${server.url}/page`, headers })
const bodyOf = (answer: SiteAnswer): string => (answer.kind === 'answer' ? answer.body : answer.error)
const MEGABYTE = 1024 * 1024

test('an answer comes with its status, its headers and every Set-Cookie in order', async () => {
  answer = (_request, response) => {
    response.setHeader('Set-Cookie', ['a=; Path=/', 'a=1; Path=/'])
    response.writeHead(404, { 'X-One': 'two' }).end('gone')
  }
  const got = await get()
  assert.equal(got.kind, 'answer')
  assert.deepEqual(got.kind === 'answer' && [got.status, got.headers['x-one'], got.setCookies, got.body], [
    404,
    'two',
    ['a=; Path=/', 'a=1; Path=/'],
    'gone',
  ])
})

test('the request carries its headers and says what it can decode', async () => {
  answer = ({ headers }, response) => response.end([headers['locale'], headers['accept-encoding']].join(' '))
  assert.equal(bodyOf(await get({ locale: 'fr-FR' })), 'fr-FR gzip, deflate, br')
})

test('every encoding that is asked for is decoded', async () => {
  for (const [encoding, encode] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const) {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(encode('été 👟'))
    assert.equal(bodyOf(await get()), 'été 👟')
  }
})

test('a page that becomes too large when decoded is no answer', async () => {
  const bomb = gzipSync(Buffer.alloc(60 * MEGABYTE))
  assert.ok(bomb.length < MEGABYTE)
  answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
  assert.match(bodyOf(await get()), /larger than 2097152 bytes/)
})

test('two megabytes are read, a page that never ends is not', async () => {
  answer = (_request, response) => response.end('x'.repeat(2 * MEGABYTE))
  assert.equal(bodyOf(await get()).length, 2 * MEGABYTE)
  answer = (_request, response) => {
    const chunk = Buffer.alloc(MEGABYTE)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', more)
    }
    more()
  }
  assert.match(bodyOf(await get()), /larger than/)
})

test('an answer that breaks off or cannot be decoded is no answer', async () => {
  const half = gzipSync('x'.repeat(5_000)).subarray(0, 20)
  answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(half)
  assert.equal((await get()).kind, 'no-answer')
  answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip')
  assert.equal((await get()).kind, 'no-answer')
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half')
    setImmediate(() => response.destroy())
  }
  assert.equal((await get()).kind, 'no-answer')
})

test('a reset and a site that is not there are no answer, and never an exception', async () => {
  answer = (request) => request.socket.destroy()
  assert.equal((await get()).kind, 'no-answer')
  const gone = await startLocalServer(() => undefined)
  await gone.close()
  assert.equal((await client.get({ url: gone.url, headers: {} })).kind, 'no-answer')
})

test('a redirect is not followed', async () => {
  answer = (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  const got = await get()
  assert.equal(got.kind === 'answer' && got.status, 302)
})
