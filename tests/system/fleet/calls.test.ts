import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'

let fleet: TestFleet
before(async () => {
  // Slow enough that a cycle can be met while it runs.
  fleet = await startTestFleet({ env: { REQUEST_DELAY_MIN_MS: '700', REQUEST_DELAY_MAX_MS: '700' } })
  for (let place = 0; place < 12; place += 1) await fleet.createAlert({ market: 'fr', searchText: `thing ${place}` })
})
after(() => fleet.stop())

test('generate-cookies makes one session per worker and market; token/status shows names and never a value', async () => {
  const refresh = await fleet.api('POST', '/api/v1/token/refresh/force', { market: 'fr' })
  assert.equal(refresh.status, 200)
  assert.deepEqual(
    refresh.body.refreshed.map(({ worker, market, ok }: Json) => ({ worker, market, ok })),
    ['worker-fr', 'worker-nl', 'worker-uk', 'worker-us'].map((worker) => ({ worker, market: 'fr', ok: true })),
  )
  const status = (await fleet.api('GET', '/api/v1/token/status')).body
  assert.equal(status.hasActiveCookies, true)
  assert.equal(status.cookiesSource, 'database')
  assert.deepEqual(status.sessions.map((session: Json) => session.worker).sort(), [
    'worker-fr',
    'worker-nl',
    'worker-uk',
    'worker-us',
  ])
  assert.match(status.cookiesPreview, /access_token_web=…/)
  const reduced = await fleet.send(`${fleet.local().main.url}/api/v1/token/status`, 'GET', undefined, {})
  assert.deepEqual(Object.keys(reduced.body).sort(), ['cookiesSource', 'hasActiveCookies', 'lastRefreshAt'])
  // A session that is still good is kept.
  const kept = await fleet.api('POST', '/api/v1/worker/main/execute', {
    type: 'generate-cookies',
    payload: { market: 'fr' },
  })
  assert.equal(kept.status, 200)
  assert.equal(kept.body.data.renewed, false)
  assert.equal(kept.body.attempts.length, 1)
})

test('run-once while a cycle runs joins it, refuses with ?ifRunning=refuse, answers at once with Prefer: respond-async', async () => {
  const accepted = await fleet.api('POST', '/api/v1/alerts/run-once', undefined, { prefer: 'respond-async' })
  assert.equal(accepted.status, 202)
  const { runId } = accepted.body
  const [joined, refused] = await Promise.all([
    fleet.api('POST', '/api/v1/alerts/run-once'),
    fleet.api('POST', '/api/v1/alerts/run-once?ifRunning=refuse'),
  ])
  assert.equal(refused.status, 409)
  assert.equal(refused.body.code, 'CYCLE_RUNNING')
  assert.equal(refused.body.runId, runId)
  assert.equal(joined.status, 200)
  assert.equal(joined.body.joined, true)
  assert.equal(joined.body.runId, runId)
  assert.equal(joined.body.totals.alertsChecked, 12)
})

test('a caller that hangs up after a second stops nothing', async () => {
  const hangUp = AbortSignal.timeout(1_000)
  await assert.rejects(fleet.api('POST', '/api/v1/alerts/run-once', undefined, {}, hangUp))
  const { runs } = (await fleet.api('GET', '/api/v1/runs?limit=1')).body
  const run = await eventually(async () => {
    const { body } = await fleet.api('GET', `/api/v1/runs/${runs[0].runId}`)
    assert.equal(body.status, 'done')
    return body
  })
  assert.equal(run.summary.totals.alertsChecked, 12)
})

test('an Idempotency-Key leads to the same run again', async () => {
  const headers = { 'idempotency-key': 'cron-2026-11-22T01:02' }
  const first = await fleet.api('POST', '/api/v1/alerts/run-once', undefined, headers)
  const second = await fleet.api('POST', '/api/v1/alerts/run-once', undefined, headers)
  assert.deepEqual(
    [first.status, second.status],
    [200, 200],
    JSON.stringify([first.body, second.body, fleet.logs('main').filter(({ level }) => level >= 40)]),
  )
  assert.equal(second.body.runId, first.body.runId)
})

test('a second check on a busy worker is refused with 409 WORKER_BUSY; hanging up frees it', async () => {
  const { alerts } = (await fleet.api('GET', '/api/v1/alerts')).body
  const execute = (some: unknown[], signal?: AbortSignal) =>
    fleet.send(
      `${fleet.local().workers[0]?.url}/api/v1/worker/execute`,
      'POST',
      { type: 'check-alerts', payload: { alerts: some } },
      { 'x-api-key': fleet.local().apiKey },
      signal,
    )
  const caller = new AbortController()
  const first = execute(alerts, caller.signal)
  const second = await eventually(async () => {
    const answer = await execute(alerts.slice(0, 1))
    assert.equal(answer.status, 409)
    return answer.body
  })
  assert.equal(second.code, 'WORKER_BUSY')
  assert.ok('freeAt' in second)
  caller.abort()
  await assert.rejects(first)
  await eventually(async () => assert.equal((await execute(alerts.slice(0, 1))).status, 200))
})

test('check-alerts as a single answer tells its matches', async () => {
  await fleet.control('POST', 'listings', {
    market: 'fr',
    listings: [{ title: 'thing 3 in blue', brand: 'Nike', size: 'M', statusId: 2, price: 12 }],
  })
  const { alerts } = (await fleet.api('GET', '/api/v1/alerts')).body
  const alert = alerts.find((one: Json) => one.searchText === 'thing 3')
  const { status, body } = await fleet.api('POST', '/api/v1/worker/main/execute', {
    type: 'check-alerts',
    payload: { alerts: [alert] },
  })
  assert.equal(status, 200)
  assert.equal(body.success, true)
  assert.equal(body.data.alertsChecked, 1)
  const [match] = body.data.matches
  assert.equal(match.title, 'thing 3 in blue')
  assert.equal(match.alertId, alert.id)
  assert.equal(match.isNew, true)
  assert.match(match.url, /^https:\/\/www\.vinted\.fr\/items\//)
})

test('alerts are created, read, changed and deleted; an export can be imported', async () => {
  const created = await fleet.api('POST', '/api/v1/alerts', { market: 'uk', searchText: 'lego', priceMax: 20 })
  assert.equal(created.status, 201)
  assert.equal(created.body.name, 'lego · uk')
  assert.equal(created.body.chatId, '1000001')
  assert.equal(created.body.language, 'fr')
  assert.equal(created.body.priceMin, null)
  const path = `/api/v1/alerts/${created.body.id}`
  assert.deepEqual((await fleet.api('GET', path)).body, created.body)
  const changed = await fleet.api('PATCH', path, { excludedWords: ['duplo'] })
  assert.deepEqual(changed.body.excludedWords, ['duplo'])
  const imported = await fleet.api('POST', '/api/v1/alerts', changed.body)
  assert.equal(imported.status, 201)
  assert.notEqual(imported.body.id, created.body.id)
  for (const id of [created.body.id, imported.body.id]) {
    assert.equal((await fleet.api('DELETE', `/api/v1/alerts/${id}`)).status, 204)
  }
  assert.equal((await fleet.api('GET', path)).status, 404)
})

const big = 'x'.repeat(64 * 1024 + 1)
const badInputs: [name: string, method: string, path: string, body: unknown, status: number, tells: RegExp][] = [
  ['broken JSON', 'POST', '/api/v1/alerts', '{"market":', 400, /not JSON/],
  ['a wrong type', 'POST', '/api/v1/alerts', { market: 'fr', searchText: 5 }, 400, /searchText.*got 5/],
  ['an extra field', 'POST', '/api/v1/alerts', { market: 'fr', searchText: 'a', colour: 'red' }, 400, /colour/],
  ['an unknown market', 'POST', '/api/v1/alerts', { market: 'zz', searchText: 'a' }, 400, /market.*fr, us/],
  ['no market', 'POST', '/api/v1/alerts', { searchText: 'a' }, 400, /market/],
  ['a price alone', 'POST', '/api/v1/alerts', { market: 'fr', priceMax: 5 }, 400, /search field/],
  [
    'a price range upside down',
    'POST',
    '/api/v1/alerts',
    { market: 'fr', searchText: 'a', priceMin: 9, priceMax: 5 },
    400,
    /priceMin.*priceMax/,
  ],
  [
    'a price beyond numbers',
    'POST',
    '/api/v1/alerts',
    '{"market":"fr","searchText":"a","priceMax":1e309}',
    400,
    /priceMax/,
  ],
  [
    'an unknown condition',
    'POST',
    '/api/v1/alerts',
    { market: 'fr', searchText: 'a', statusIds: [99] },
    400,
    /statusIds.*99/,
  ],
  [
    '201 words',
    'POST',
    '/api/v1/alerts',
    { market: 'fr', searchText: 'a', requiredWords: Array(201).fill('w') },
    400,
    /requiredWords.*200/,
  ],
  ['NUL', 'POST', '/api/v1/alerts', '{"market":"fr","searchText":"a\\u0000b"}', 400, /NUL/],
  ['half a surrogate pair', 'POST', '/api/v1/alerts', '{"market":"fr","searchText":"a\\ud800"}', 400, /surrogate/],
  ['__proto__', 'POST', '/api/v1/alerts', '{"market":"fr","searchText":"a","__proto__":{"x":1}}', 400, /__proto__/],
  ['a body of 64 KiB and a byte', 'POST', '/api/v1/alerts', { market: 'fr', searchText: big }, 413, /larger/],
  ['an unknown alert', 'GET', '/api/v1/alerts/6e7a1a9e-0000-4000-8000-000000000000', undefined, 404, /no alert/],
  ['an id that is none', 'GET', '/api/v1/alerts/abc', undefined, 400, /id/],
  ['an unknown route', 'GET', '/api/v1/nothing', undefined, 404, /no route/],
  ['an unknown command', 'POST', '/api/v1/worker/main/execute', { type: 'rm -rf', payload: {} }, 400, /type/],
  [
    'a command without alerts',
    'POST',
    '/api/v1/worker/main/execute',
    { type: 'check-alerts', payload: { alerts: [] } },
    400,
    /alerts/,
  ],
  [
    'cookies in a payload',
    'POST',
    '/api/v1/worker/main/execute',
    { type: 'check-alerts', payload: { alerts: [], cookies: 'a=b' } },
    400,
    /cookies/,
  ],
  ['a refresh of an unknown market', 'POST', '/api/v1/token/refresh/force', { market: 'zz' }, 400, /market/],
  ['a refresh on an unknown worker', 'POST', '/api/v1/token/refresh/force', { worker: 'worker-zz' }, 404, /worker/],
  [
    'cookies without a token',
    'POST',
    '/api/v1/token/cookies',
    { market: 'fr', userAgent: 'Mozilla/5.0 x', cookies: 'a=b' },
    400,
    /access_token_web/,
  ],
  ['an unknown outbox state', 'GET', '/api/v1/outbox?status=lost', undefined, 400, /status/],
  [
    'a retry of nothing',
    'POST',
    '/api/v1/outbox/6e7a1a9e-0000-4000-8000-000000000000/retry',
    undefined,
    404,
    /no failed message/,
  ],
]

test('bad input gets a problem answer that names the field, and changes nothing', async () => {
  const before = (await fleet.api('GET', '/api/v1/alerts')).body.alerts.length
  for (const [name, method, path, body, status, tells] of badInputs) {
    const answer = await fleet.api(method, path, body)
    assert.equal(answer.status, status, `${name}: ${JSON.stringify(answer.body)}`)
    assert.equal(answer.body.success, false, name)
    assert.equal(answer.body.httpStatus, status, name)
    assert.match(answer.body.error, tells, name)
    assert.match(answer.headers.get('content-type') ?? '', /problem\+json/, name)
  }
  assert.equal((await fleet.api('GET', '/api/v1/alerts')).body.alerts.length, before)
})

test('a missing, unknown, empty, doubled or huge key is refused with one and the same answer', async () => {
  const { main, workers, apiKey } = fleet.local()
  const keys = [undefined, '', 'nonsense', `${apiKey}, ${apiKey}`, 'k'.repeat(10_000)]
  for (const url of [`${main.url}/api/v1/alerts`, `${workers[0]?.url}/api/v1/worker/health`]) {
    const answers = await Promise.all(
      keys.map((key) => fleet.send(url, 'GET', undefined, key === undefined ? {} : { 'x-api-key': key })),
    )
    assert.deepEqual(
      answers.map((answer) => answer.status),
      keys.map(() => 401),
    )
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer.body))).size, 1)
  }
  assert.equal((await fleet.send(`${main.url}/api/health`, 'GET', undefined, {})).body.status, 'ok')
  // The page leads to its login, also a person at this very machine.
  const page = await fetch(main.url, { redirect: 'manual' })
  assert.deepEqual([page.status, page.headers.get('location')], [303, '/login?next=%2F'])
})

test('no session value and no key appears in any answer, log or run', async () => {
  const token = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ exp: 4_000_000_000 })).toString('base64url')}.planted-secret-value`
  const imported = await fleet.api('POST', '/api/v1/token/cookies', {
    market: 'de',
    userAgent: 'Mozilla/5.0 (planted)',
    cookies: [
      { name: 'access_token_web', value: token },
      { name: 'datadome', value: 'planted-secret-value' },
    ],
  })
  assert.equal(imported.status, 201)
  assert.deepEqual(imported.body.cookieNames, ['access_token_web', 'datadome'])
  await fleet.api('POST', '/api/v1/token/cookies', { market: 'zz', userAgent: 1, cookies: ['planted-secret-value'] })
  const everything = JSON.stringify([
    imported.body,
    (await fleet.api('GET', '/api/v1/token/status')).body,
    (await fleet.api('GET', '/api/v1/worker/main/stats')).body,
    (await fleet.api('GET', '/api/v1/runs')).body,
    (await fleet.send(`${fleet.local().main.url}/`, 'GET', undefined, {})).body,
    fleet.logs(),
    fleet.output,
    await fleet.messages(),
  ])
  assert.ok(!everything.includes('planted-secret-value'))
  assert.ok(!everything.includes(fleet.local().apiKey))
  assert.ok(!everything.includes(fleet.local().database.key))
})
