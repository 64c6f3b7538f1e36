import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { after, before, test } from 'node:test'
import { Agent } from 'undici'
import type { RunLine } from '#shared/contracts/run-events.ts'
import { createRegionalClient, WorkerFailedError, WorkerLostError } from '#shared/fleet/regional-client.ts'
import { collect } from '../collect.ts'
import { startLocalServer } from '../local-server.ts'
import type { LocalServer } from '../local-server.ts'
import { makeAlert, uuid } from '../make-alert.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void
let server: LocalServer
let dispatcher: Agent
let answer: Answer = () => undefined
before(async () => {
  dispatcher = new Agent()
  server = await startLocalServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => answer(request, response, body))
  })
})
after(async () => {
  await dispatcher.destroy()
  await server.close()
})

const never = new AbortController().signal
const worker = () => ({ id: 'worker-fr', name: 'FR', region: 'cdg', url: server.url })
const client = () => createRegionalClient(dispatcher, 'the-key')
const payload = { runId: uuid(1), attempt: 1, alerts: [makeAlert()] }
const stream = (silenceMs = 5_000, signal = never) => client().streamCheck(worker(), payload, silenceMs, signal)
const read = (silenceMs?: number) => collect(stream(silenceMs))
const command = { type: 'generate-cookies', payload: { market: 'fr', method: 'http', force: false } } as const
const execute = (deadlineMs: number | null = 5_000) => client().execute(worker(), command, deadlineMs, never)

const lines = (...all: (RunLine | string)[]): string =>
  all.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join('')
const accepted: RunLine = { line: 'accepted', runId: null, bootId: 'b' }
const done: RunLine = { line: 'done', summary: { alertsChecked: 1, itemsChecked: 9, matches: 2, newMatches: 1 } }
const failure = { success: false, error: 'HTTP 403', code: 'BLOCKED', httpStatus: 403 }

test('a check is asked as a stream of JSON lines, with the key', async () => {
  let seen: unknown[] = []
  answer = ({ method, url, headers }, response, body) => {
    seen = [method, url, headers['x-api-key'], headers.accept, JSON.parse(body)]
    response.end(lines(accepted, done))
  }
  assert.deepEqual(await read(), [accepted, done])
  const sent = { type: 'check-alerts', payload }
  assert.deepEqual(seen, ['POST', '/api/v1/worker/execute', 'the-key', 'application/x-ndjson', sent])
})

test('a silence longer than allowed loses the worker', async () => {
  answer = (_request, response) => response.write(lines(accepted))
  const got: RunLine[] = []
  await assert.rejects(async () => {
    for await (const line of stream(100)) got.push(line)
  }, WorkerLostError)
  assert.deepEqual(got, [accepted])
})

test('a silence before the first byte loses it too', async () => {
  answer = () => undefined
  await assert.rejects(read(100), (error) => error instanceof WorkerLostError && error.message === 'connection timeout')
})

test('a refusal before the stream is the worker’s answer', async () => {
  const busy = { ...failure, code: 'WORKER_BUSY', httpStatus: 409, runId: uuid(2), freeAt: null }
  answer = (_request, response) => response.writeHead(409).end(JSON.stringify(busy))
  await assert.rejects(read(), (error) => {
    assert.ok(error instanceof WorkerFailedError)
    assert.deepEqual(error.failure, busy)
    return true
  })
})

test('a line that is broken, or not of this version, loses the worker', async () => {
  for (const text of ['{"line":"done"\n', '{"line":"dance"}\n', '{"line":"done"}\n']) {
    answer = (_request, response) => response.end(lines(accepted, text))
    await assert.rejects(read(), WorkerLostError, text)
  }
})

test('a connection that breaks loses the worker', async () => {
  answer = (_request, response) => {
    response.write(lines(accepted))
    setImmediate(() => response.destroy())
  }
  await assert.rejects(read(), WorkerLostError)
})

test('a reader that stops closes the connection: that is the cancel', async () => {
  const closed = Promise.withResolvers<void>()
  answer = (_request, response) => {
    response.on('close', closed.resolve).write(lines(accepted))
  }
  for await (const line of stream()) {
    assert.equal(line.line, 'accepted')
    break
  }
  await closed.promise
})

test('our own abort is no loss: its reason is thrown and the connection closed', async () => {
  const closed = Promise.withResolvers<void>()
  answer = (_request, response) => {
    response.on('close', closed.resolve).write(lines(accepted))
  }
  const abort = new AbortController()
  await assert.rejects(async () => {
    for await (const { line } of stream(5_000, abort.signal)) abort.abort(new Error(`we stop after ${line}`))
  }, /we stop after accepted/)
  await closed.promise
})

test('a command has one answer, a failure or none', async () => {
  const data = { market: 'fr', renewed: true, source: 'database', expiresAt: 'x', cookieNames: [] }
  answer = (_request, response) => response.end(JSON.stringify({ success: true, data }))
  assert.deepEqual(await execute(), { success: true, data })
  answer = (_request, response) => response.writeHead(502).end(JSON.stringify(failure))
  await assert.rejects(execute(), (error) => error instanceof WorkerFailedError && error.failure.httpStatus === 403)
  answer = (_request, response) => response.writeHead(502).end('<html>Bad gateway</html>')
  await assert.rejects(execute(), WorkerLostError)
  answer = (_request, response) => response.writeHead(503).end('{"oops":1}')
  await assert.rejects(execute(), (error) => error instanceof WorkerLostError && error.message === 'HTTP 503')
  answer = (_request, response) => response.end('{"success":true,"data":{}}')
  await assert.rejects(execute(), /not what this version expects/)
})

test('a command without an answer in time is lost, one without a deadline waits', async () => {
  answer = () => undefined
  await assert.rejects(
    execute(50),
    (error) => error instanceof WorkerLostError && error.message === 'connection timeout',
  )
  answer = (_request, response) => {
    setTimeout(() => response.writeHead(500).end(JSON.stringify({ ...failure, httpStatus: 500 })), 30)
  }
  await assert.rejects(execute(null), WorkerFailedError)
})

test('a worker that is not there is lost, and says how', async () => {
  const gone = await startLocalServer(() => undefined)
  await gone.close()
  const health = client().health({ ...worker(), url: gone.url }, 5_000, never)
  await assert.rejects(health, (error) => error instanceof WorkerLostError && error.message === 'connection refused')
})

test('health is what a worker says of itself', async () => {
  const health = {
    status: 'ok',
    workerId: 'worker-fr',
    region: 'cdg',
    egress: 'home',
    bootId: 'b',
    version: '1',
    browser: false,
    run: null,
    nextRequestAt: null,
    sessions: [],
  }
  answer = ({ url }, response) => response.end(url === '/api/v1/worker/health' ? JSON.stringify(health) : '')
  assert.deepEqual(await client().health(worker(), 5_000, never), health)
})
