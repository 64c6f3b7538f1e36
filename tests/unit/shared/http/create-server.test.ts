import assert from 'node:assert/strict'
import { Agent, request as httpRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { DatabaseError } from '#shared/database/open-database.ts'
import { ProblemError } from '#shared/errors.ts'
import { callerGone } from '#shared/http/caller-gone.ts'
import { createServer } from '#shared/http/create-server.ts'
import { createKeyCheck, createRefusal } from '#shared/http/require-key.ts'
import type { Json } from '../../../support/json.ts'
import { recordingLogger } from '../recording-logger.ts'

const KEY = 'k'.repeat(40)
const { logger, entries } = recordingLogger()
const app = createServer(logger)
const hasKey = createKeyCheck([KEY, 'previous'.repeat(5)])
const refuse = createRefusal(app, true)
const Body = z.strictObject({
  name: z.string(),
  count: z.number().optional(),
  cookies: z.string().max(5).optional(),
  tags: z.array(z.string()).optional(),
})
let listeners: number[] = []
let url = ''

before(async () => {
  app.post('/echo', { schema: { body: Body } }, (request) => request.body)
  app.post('/bare', (request) => ({ body: request.body ?? null }))
  app.addHook('onRequest', async (request) => {
    if (request.url === '/guarded' && !hasKey(request)) throw await refuse(request)
  })
  app.get('/guarded', () => 'in')
  app.get('/gone', (request, reply) => {
    const signal = callerGone(request, reply)
    listeners.push(request.raw.socket.listenerCount('close'))
    return { aborted: signal.aborted }
  })
  app.get(
    '/find/:word',
    {
      schema: {
        params: z.object({ word: z.string() }),
        querystring: z.object({ limit: z.coerce.number().default(5), tag: z.array(z.string()).optional() }),
      },
    },
    ({ query }) => query,
  )
  app.get('/broken', () => {
    throw new Error('secret detail of the inside')
  })
  app.get('/away', () => {
    throw new DatabaseError('list_alerts', 'fetch failed', { httpStatus: 0 })
  })
  app.get('/refused', () => {
    throw new ProblemError(403, 'BLOCKED', 'HTTP 403', { retryAfterMs: 1_500 })
  })
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
after(() => app.close())

type Problem = { success: boolean; error: string; code: string; httpStatus: number; issues?: object[] }
async function post(path: string, body: string, type = 'application/json') {
  const response = await fetch(`${url}${path}`, { method: 'POST', body, headers: { 'content-type': type } })
  return { status: response.status, problem: (await response.json()) as Problem }
}
const refusal = async (body: string) => {
  const { status, problem } = await post('/echo', body)
  assert.deepEqual([status, problem.success, problem.httpStatus], [400, false, 400], body)
  return problem
}

test('an unknown field is refused by name', async () => {
  const problem = await refusal('{"name":"x","nmae":"y"}')
  assert.deepEqual(problem.issues, [{ field: 'nmae', message: 'is not a field here' }])
})

test('a wrong type names the field, what it got and what it wants, and nothing is coerced', async () => {
  const { error, code, issues } = await refusal('{"name":"x","count":"5","tags":["a",7]}')
  assert.equal(code, 'VALIDATION_FAILED')
  assert.equal(issues?.length, 2)
  assert.match(error, /^count: .*expected number.*\(got "5"\); tags\.1: .*expected string.*\(got 7\)$/)
})

test('a missing field and a missing body are named too', async () => {
  assert.match((await refusal('{}')).error, /^name: .*\(got nothing\)/)
  assert.match((await refusal('')).error, /^body: /)
})

test('what is no JSON is refused as such', async () => {
  for (const body of ['{', '{"name":}', 'name=x', '{"name":"x"}}', '['.repeat(30_000)])
    assert.equal((await refusal(body)).code, 'BROKEN_JSON', body.slice(0, 20))
})

test('texts that PostgreSQL cannot store are refused wherever they stand', async () => {
  const nul = '\\u0000'
  for (const bad of [nul, '\\ud800', '\\udc00x', `ok${nul}ok`]) {
    assert.equal((await refusal(`{"name":"${bad}"}`)).code, 'BROKEN_JSON', bad)
    assert.equal((await refusal(`{"name":"x","tags":["${bad}"]}`)).code, 'BROKEN_JSON', bad)
    assert.equal((await refusal(`{"${bad}":1}`)).code, 'BROKEN_JSON', bad)
  }
  assert.equal((await post('/echo', '{"name":"\\ud83d\\udc5f"}')).status, 200)
})

test('a field named __proto__ is refused at any depth', async () => {
  for (const body of ['{"__proto__":{"name":"x"}}', '{"name":"x","tags":[{"__proto__":1}]}', '{"\\u005f_proto__":1}'])
    assert.match((await refusal(body)).error, /__proto__/)
})

test('a body of 64 KiB is read, one byte more is not', async () => {
  const fits = JSON.stringify({ name: 'x'.repeat(64 * 1024 - 11) })
  assert.equal(fits.length, 64 * 1024)
  assert.equal((await post('/echo', fits)).status, 200)
  const { status, problem } = await post('/echo', `${fits} `)
  assert.deepEqual([status, problem.code, problem.httpStatus], [413, 'BODY_TOO_LARGE', 413])
})

test('only JSON is a body', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
    const { status, problem } = await post('/bare', '{"name":"x"}', type)
    assert.deepEqual([status, problem.code], [415, 'UNSUPPORTED_MEDIA_TYPE'], type)
  }
})

test('an empty body is no body, whatever its content type says', async () => {
  for (const type of ['application/json', 'text/plain', 'application/octet-stream'])
    assert.deepEqual(await post('/bare', '', type), { status: 200, problem: { body: null } as unknown as Problem })
})

test('the content of a secret field is not repeated', async () => {
  const { error } = await refusal('{"name":"x","cookies":"planted-secret"}')
  assert.match(error, /^cookies: /)
  assert.ok(!error.includes('planted'))
})

test('a long value is shortened in what is told of it', async () => {
  assert.ok((await refusal(JSON.stringify({ name: 'x', count: 'y'.repeat(5_000) }))).error.length < 300)
})

test('an unknown route is a 404 of the same shape, without its query', async () => {
  const response = await fetch(`${url}/nowhere?token=secret`)
  const problem = (await response.json()) as Problem
  assert.match(response.headers.get('content-type') ?? '', /application\/problem\+json/)
  assert.deepEqual([response.status, problem.code, problem.error], [404, 'NOT_FOUND', 'no route GET /nowhere'])
})

test('what nobody foresaw is logged and answered without its detail', async () => {
  const response = await fetch(`${url}/broken`)
  const problem = (await response.json()) as Problem
  assert.deepEqual([response.status, problem.code], [500, 'INTERNAL'])
  assert.ok(!JSON.stringify(problem).includes('secret detail'))
  assert.ok(entries.some(({ msg }) => msg === 'unexpected error'))
})

test('a database that does not answer is a 503 to be tried again', async () => {
  const response = await fetch(`${url}/away`)
  const problem = (await response.json()) as Problem
  assert.deepEqual([response.status, problem.code], [503, 'DATABASE_UNAVAILABLE'])
  assert.equal(response.headers.get('retry-after'), '5')
})

test('a refusal by the site travels as 502 and says 403', async () => {
  const response = await fetch(`${url}/refused`)
  const problem = (await response.json()) as Problem & { type: string; title: string; status: number; detail: string }
  assert.equal(response.status, 502)
  assert.deepEqual([problem.error, problem.httpStatus, problem.code], ['HTTP 403', 403, 'BLOCKED'])
  assert.deepEqual([problem.type, problem.title, problem.detail], ['urn:vigie:problem:blocked', 'BLOCKED', 'HTTP 403'])
  assert.equal(response.headers.get('retry-after'), '2')
})

/** Node's own client sends a header twice when it is given as a list. */
const statusWith = (keys: string[]): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const call = httpRequest(`${url}/guarded`, { headers: ['host', 'x', ...keys.flatMap((key) => ['x-api-key', key])] })
    call.on('error', reject).on('response', (answer) => {
      let body = ''
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
    })
    call.end()
  })

test('a valid key opens, the one that is being replaced too', async () => {
  assert.equal((await statusWith([KEY])).status, 200)
  assert.equal((await statusWith(['previous'.repeat(5)])).status, 200)
})

test('a missing, unknown, empty, doubled or oversized key gets one and the same answer', async () => {
  const answers = await Promise.all(
    [[], ['x'], [''], [KEY, KEY], [KEY, 'x'], ['y'.repeat(10_000)], [`${KEY} x`]].map(statusWith),
  )
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal(answers[0]?.status, 401)
})

test('a connection that is used many times gathers no listeners', async () => {
  listeners = []
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise<void>((resolve, reject) => {
      httpRequest(`${url}/gone`, { agent }, (answer) => answer.resume().on('end', resolve))
        .on('error', reject)
        .end()
    })
  }
  agent.destroy()
  assert.equal(listeners.at(-1), listeners[0])
})

test('an address that tries too many wrong keys is asked to wait; a valid key never is, nor another address', async () => {
  const ask = (client: string, key = 'wrong') =>
    fetch(`${url}/guarded`, { headers: { 'fly-client-ip': client, 'x-api-key': key } })
  const statuses = []
  for (let time = 0; time < 61; time += 1) statuses.push((await ask('203.0.113.7')).status)
  assert.deepEqual([statuses.slice(0, 60).every((status) => status === 401), statuses[60]], [true, 429])
  const refused = await ask('203.0.113.7')
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  assert.equal(((await refused.json()) as Json).code, 'TOO_MANY_WRONG_KEYS')
  assert.equal((await ask('203.0.113.7', KEY)).status, 200)
  assert.equal((await ask('203.0.113.8')).status, 401)
})

test('an address with text that no database takes is refused, and one with numbers and lists is not', async () => {
  for (const path of ['/find/a%00b', '/find/a?tag=%00&tag=b'])
    assert.equal((await fetch(`${url}${path}`)).status, 400, path)
  const fine = await fetch(`${url}/find/a?limit=7&tag=a&tag=b`)
  assert.deepEqual([fine.status, await fine.json()], [200, { limit: 7, tag: ['a', 'b'] }])
})
