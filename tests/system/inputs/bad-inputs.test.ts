import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'
import { badAlerts, badChanges, badClones } from './bad-alerts.ts'
import { badPaths, badQueries, badSessions, badTypes } from './bad-calls.ts'
import { ambiguousRequests, CLIMBING_PATHS } from './ambiguous-requests.ts'
import { badCommands, forbiddenUrls } from './bad-commands.ts'
import { brokenBodies } from './bad-input.ts'
import type { BadInput } from './bad-input.ts'
import { judgeRefusal } from './judge-refusal.ts'
import { head, rawRequest } from './raw-request.ts'
import type { RawAnswer } from './raw-request.ts'

const MAIN_EXECUTE = '/api/v1/worker/main/execute'
const EXECUTE = '/api/v1/worker/execute'

let fleet: TestFleet
let alertId: string
/** What must be the same after every bad input. */
let stored: Json
/** A client that sends its body a byte per second, from the start of this file to its end. */
let slow: Promise<RawAnswer>

const region = (): string => fleet.local().workers[0]?.url ?? ''
const key = (): string => `x-api-key: ${fleet.local().apiKey}`

const readStored = async (): Promise<Json> => ({
  alerts: (await fleet.api('GET', '/api/v1/alerts')).body.alerts,
  runs: (await fleet.api('GET', '/api/v1/runs')).body.runs,
  messages: (await fleet.api('GET', '/api/v1/outbox')).body.messages,
  sessions: (await fleet.api('GET', '/api/v1/token/status')).body.sessions.map(({ worker, market }: Json) => ({
    worker,
    market,
  })),
  asked: (await fleet.control('GET', 'requests')).length,
})

/** Sends every row and says at once which were not refused as they should be, or left something behind. */
async function refuseAll(rows: readonly BadInput[], url = fleet.local().main.url): Promise<void> {
  const faults: string[] = []
  for (const row of rows) {
    const path = row.path.replace(':alert', alertId)
    const headers = { 'x-api-key': fleet.local().apiKey, ...row.headers }
    try {
      judgeRefusal(row, await fleet.send(`${url}${path}`, row.method, row.body, headers))
      assert.deepEqual((await fleet.api('GET', '/api/v1/alerts')).body.alerts, stored.alerts, `${row.name}: stored`)
    } catch (error) {
      faults.push(String(error))
    }
  }
  assert.equal(faults.slice(0, 5).join('\n\n'), '', `${faults.length} of ${rows.length}`)
  assert.deepEqual(await readStored(), stored, 'nothing was stored, run, sent or asked of the site')
}

before(async () => {
  fleet = await startTestFleet({ args: ['--workers', 'fr'] })
  alertId = await fleet.createAlert({ market: 'fr', searchText: 'kept', priceMax: 60, requiredWords: ['kept'] })
  stored = await readStored()
  const lines = [key(), 'Content-Type: application/json', 'Content-Length: 60']
  slow = rawRequest(fleet.local().main.url, head('POST', '/api/v1/alerts', lines), {
    drip: { bytes: JSON.stringify({ market: 'fr', searchText: 'slow', name: 'a slow client' }), everyMs: 1_000 },
    withinMs: 20_000,
  })
})
after(() => fleet.stop())

test('a body that is no JSON, or holds what cannot be stored, is refused', () =>
  refuseAll([...brokenBodies('POST', '/api/v1/alerts'), ...brokenBodies('PATCH', '/api/v1/alerts/:alert')]))

test('an alert with a wrong field is refused in words that name the field, what it got and what it wants', () =>
  refuseAll(badAlerts))

test('a change that is half good changes nothing at all', async () => {
  await refuseAll(badChanges)
  assert.deepEqual((await fleet.api('GET', `/api/v1/alerts/${alertId}`)).body, stored.alerts[0])
})

test('a clone or a preview with a wrong field is refused', () => refuseAll(badClones))

test('a query field that is unknown or out of range is refused, and so is a key that is too long', () =>
  refuseAll(badQueries))

test('a path with a wrong id, an unknown route or a wrong method is refused', () => refuseAll(badPaths))

test('only JSON of at most 64 KiB is read', () => refuseAll(badTypes))

test('junk is no session', () => refuseAll(badSessions))

test('a command that main does not know is refused, with the same words as on a region', async () => {
  await refuseAll([...badCommands(MAIN_EXECUTE), ...forbiddenUrls(MAIN_EXECUTE).slice(0, 3)])
  await refuseAll([...badCommands(EXECUTE), ...brokenBodies('POST', EXECUTE)], region())
})

test('a region asks no host but the site’s pages, whatever notation is tried', () =>
  refuseAll(forbiddenUrls(EXECUTE), region()))

test('a missing, empty, unknown, doubled or huge key is answered with one and the same body', async () => {
  const { main, apiKey } = fleet.local()
  const keys = [[], ['x-api-key:'], ['x-api-key: nonsense'], [key(), key()], [`x-api-key: ${'k'.repeat(10_240)}`]]
  const lines = [...keys, [`x-api-key: ${apiKey.slice(0, -1)}`], [`authorization: Bearer ${apiKey}`]]
  for (const [url, path] of [
    [main.url, '/api/v1/alerts'],
    [region(), '/api/v1/worker/health'],
  ] as const) {
    const bodies = new Set<string>()
    for (const given of lines) {
      const answer = await rawRequest(url, head('GET', path, [...given, 'Connection: close']))
      assert.deepEqual(answer.statuses, [401], `${path} with ${given.join().slice(0, 40)}`)
      bodies.add(answer.text.split('\r\n\r\n')[1] ?? '')
    }
    assert.equal(bodies.size, 1)
    assert.match([...bodies].join(), /"code":"UNAUTHORIZED"/)
  }
})

test('a request that two readers would cut differently is refused whole', async () => {
  for (const url of [fleet.local().main.url, region()]) {
    for (const [name, bytes] of ambiguousRequests(key(), alertId)) {
      const answer = await rawRequest(url, bytes)
      assert.deepEqual(answer.statuses, [400], `${name}: ${answer.text.slice(0, 300)}`)
      assert.ok(answer.isClosed, `${name}: the connection is closed`)
    }
  }
  assert.deepEqual(await readStored(), stored)
})

test('a length that lies stores nothing', async () => {
  const body = '{"market":"fr","searchText":"lie"}'
  const lines = (length: number) => [key(), 'Content-Type: application/json', `Content-Length: ${length}`]
  const post = (path: string, length: number): string => head('POST', path, lines(length)) + body
  for (const url of [fleet.local().main.url, region()]) {
    const path = url === region() ? EXECUTE : '/api/v1/alerts'
    const tooShort = await rawRequest(url, post(path, body.length - 4))
    assert.ok(tooShort.statuses.length > 0 && tooShort.statuses.every((status) => status === 400), tooShort.text)
    const tooLong = await rawRequest(url, post(path, body.length + 10), { end: true })
    assert.ok(tooLong.isClosed)
    assert.ok(
      tooLong.statuses.every((status) => status === 400),
      tooLong.text,
    )
  }
  const huge = head('POST', MAIN_EXECUTE, lines(8 * 1024 * 1024 + 1))
  assert.deepEqual((await rawRequest(fleet.local().main.url, huge)).statuses, [413])
  assert.deepEqual((await rawRequest(region(), huge.replace('/main', ''))).statuses, [413])
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  const chunked = head('POST', '/api/v1/alerts', [
    key(),
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
  ])
  assert.deepEqual((await rawRequest(fleet.local().main.url, chunked + chunk + chunk)).statuses, [413])
  assert.deepEqual(await readStored(), stored)
})

test('a path that climbs out of the routes, written as no client would, finds nothing', async () => {
  for (const path of CLIMBING_PATHS) {
    const answer = await rawRequest(fleet.local().main.url, head('GET', path, [key(), 'Connection: close']))
    assert.ok([400, 404, 414].includes(answer.statuses[0] ?? 0), `${path.slice(0, 60)}: ${answer.text.slice(0, 300)}`)
    assert.match(answer.text, /application\/problem\+json/, path)
    assert.doesNotMatch(answer.text, /root:/)
  }
  const long = await rawRequest(fleet.local().main.url, head('GET', `/${'a'.repeat(20_000)}`, [key()]))
  assert.ok([400, 414, 431].includes(long.statuses[0] ?? 0), long.text)
})

test('a client that sends a byte per second is cut off within 20 seconds, and nothing is stored', async () => {
  const { statuses, isClosed, ms, text } = await slow
  assert.ok(isClosed, `not cut off after ${ms} ms`)
  assert.ok(statuses.length === 0 || statuses[0] === 408, text)
  assert.deepEqual(await readStored(), stored)
})

test('after all of this both still answer, and neither crashed', async () => {
  assert.equal((await fleet.api('POST', '/api/v1/alerts/run-once')).body.status, 'done')
  const unexpected = fleet.logs().filter(({ level, msg }) => level >= 50 && /unexpected|crash/.test(msg))
  assert.deepEqual(unexpected, [])
  assert.ok(!fleet.output.some((line) => /ended \(/.test(line)), fleet.output.join('\n'))
})
