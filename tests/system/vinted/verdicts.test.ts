import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { startTestRegion } from '../../support/fleet/start-region.ts'
import type { TestRegion } from '../../support/fleet/start-region.ts'
import type { Json } from '../../support/json.ts'

let region: TestRegion
let alerts: Json[]
before(async () => {
  // Without a browser: a challenge is a refusal then (with one: tests/system/browser).
  region = await startTestRegion({ CHROME_PATH: '/nowhere', WORKER_BAN_DURATION_MS: '1800000' })
  alerts = [await region.addAlert({ searchText: 'nike' }), await region.addAlert({ searchText: 'zara' })]
})
after(() => region[Symbol.asyncDispose]())
beforeEach(async () => {
  await region.sandbox.control('DELETE', 'faults')
  await region.database.query('delete from public.egress_status', [])
  await region.database.query('delete from public.scraping_cookies', [])
  const made = await region.execute('generate-cookies', { market: 'fr' })
  assert.equal(made.status, 200, JSON.stringify(made.body))
})

const searches = async () =>
  (await region.requests()).filter((request) => request.path.endsWith('/svc-catalogue/items')).length
/** The alert whose search meets the fault. */
const faultedAlert = () =>
  region.database.query<object>('select last_checked_at, parked_reason, revision from public.alerts where id = $1', [
    alerts[0].id,
  ])

/** mode → verdict of the first search, whether the run goes on to the second, what happens to the address. */
const table: [
  mode: string,
  options: object,
  verdict: string,
  goesOn: boolean,
  address: 'banned' | 'resting' | 'free',
][] = [
  ['forbidden', { path: '/svc-catalogue' }, 'blocked', false, 'banned'],
  ['unauthorized', { path: '/svc-catalogue' }, 'blocked', false, 'banned'],
  ['throttled', { path: '/svc-catalogue', retryAfter: 120 }, 'throttled', false, 'resting'],
  ['error', { path: '/svc-catalogue' }, 'upstream-error', true, 'free'],
  ['truncated', { path: '/svc-catalogue' }, 'upstream-error', true, 'free'],
  ['gzip-bomb', { path: '/svc-catalogue' }, 'upstream-error', true, 'free'],
  ['endless', { path: '/svc-catalogue', count: 1 }, 'upstream-error', true, 'free'],
  ['timeout', { path: '/svc-catalogue', count: 1 }, 'upstream-error', true, 'free'],
  ['gone', { path: '/svc-catalogue' }, 'protocol-changed', true, 'free'],
  ['html', { path: '/svc-catalogue' }, 'protocol-changed', true, 'free'],
  ['wrong-market', {}, 'wrong-market', true, 'free'],
]

for (const [mode, options, verdict, goesOn, address] of table) {
  test(`${mode} is ${verdict}: the run ${goesOn ? 'goes on' : 'ends at once'}, the address is ${address}, its alert does not change`, async () => {
    const before = await faultedAlert()
    await region.sandbox.control('POST', 'faults', { mode, ...options })
    const lines = await region.check(alerts)
    const checked = lines.filter((line) => line.line === 'alert-checked')
    assert.equal(checked[0]?.verdict, verdict)
    assert.equal(checked.length, goesOn ? 2 : 1)
    assert.equal(lines.at(-1)?.line, goesOn ? 'done' : 'failed')
    const [row] = await region.database.query<{ banned: boolean; resting: boolean }>(
      'select coalesce(banned_until > now(), false) as banned, coalesce(resting_until > now(), false) as resting from public.egress_status',
      [],
    )
    assert.deepEqual(row, { banned: address === 'banned', resting: address === 'resting' })
    assert.deepEqual(await faultedAlert(), before)
    if (address === 'banned') {
      const asked = await searches()
      const again = await region.check(alerts)
      assert.equal(again.at(-1)?.line, 'failed')
      assert.equal(await searches(), asked, 'nothing more leaves a banned address')
    }
  })
}

test('a 400 parks the alert with the reason; the others go on', async () => {
  const bad = await region.addAlert({ searchText: 'nike', attributeIds: {}, catalogIds: [1] })
  await region.sandbox.control('POST', 'faults', { mode: 'error', status: 400, path: 'attribute_ids[catalog]' })
  const lines = await region.check([bad, ...alerts])
  const verdicts = lines.flatMap((line) => (line.line === 'alert-checked' ? [line.verdict] : []))
  assert.deepEqual(verdicts, ['bad-search', 'ok', 'ok'])
  const [row] = await region.database.query<{ parked_reason: string }>(
    'select parked_reason from public.alerts where id = $1',
    [bad.id],
  )
  assert.match(row?.parked_reason ?? '', /HTTP 400/)
})

test('when the API host changes its protocol, the same service on the site’s host is asked, and stays in use', async () => {
  await region.sandbox.control('POST', 'faults', { mode: 'gone', path: '/svc-catalogue', count: 1 })
  const lines = await region.check(alerts)
  assert.deepEqual(
    lines.flatMap((line) => (line.line === 'alert-checked' ? [line.verdict] : [])),
    ['ok', 'ok'],
  )
  const asked = (await region.requests()).filter((request) => request.path.endsWith('/svc-catalogue/items')).slice(-3)
  assert.deepEqual(
    asked.map(({ host, status }) => [host, status]),
    [
      ['api.vinted.fr', 404],
      ['www.vinted.fr', 200],
      ['www.vinted.fr', 200],
    ],
  )
  assert.ok(region.worker.logs.some((line) => line.event === 'protocolFallback'))
})

test('an expired session is renewed once and the search asked again', async () => {
  await region.sandbox.control('POST', 'faults', { mode: 'unauthorized', path: '/svc-catalogue', count: 1 })
  const lines = await region.check(alerts)
  assert.deepEqual(
    lines.flatMap((line) => (line.line === 'alert-checked' ? [line.verdict] : [])),
    ['ok', 'ok'],
  )
})

test('a refusal leaves its evidence once a day, without a token or a cookie value', async () => {
  await region.database.query('delete from public.evidence', [])
  for (let round = 0; round < 2; round += 1) {
    await region.database.query('delete from public.egress_status', [])
    await region.sandbox.control('POST', 'faults', { mode: 'forbidden', path: '/svc-catalogue' })
    await region.check(alerts)
  }
  const rows = await region.database.query<{ http_status: number; body: string; headers: object }>(
    'select http_status, body, headers from public.evidence',
    [],
  )
  assert.equal(rows.length, 1)
  assert.equal(rows[0]?.http_status, 403)
  assert.doesNotMatch(JSON.stringify(rows), /eyJ|access_token_web=|set-cookie/i)
})

test('a probe tells a market that answers from one whose filters are ignored', async () => {
  const probe = async () => (await region.execute('custom', { task: 'probe-market', args: { market: 'fr' } })).body
  const fine = await probe()
  assert.equal(fine.data.verdict, 'ok', JSON.stringify(fine))
  assert.equal(fine.data.newestIds.length, 10)
  await region.sandbox.control('POST', 'faults', { mode: 'wrong-market' })
  assert.equal((await probe()).data.verdict, 'wrong-market')
})

test('clear-session forgets a session; without one a check is refused before its first byte', async () => {
  const cleared = await region.execute('custom', { task: 'clear-session', args: { market: 'fr' } })
  assert.deepEqual(cleared.body.data, { task: 'clear-session', market: 'fr', cleared: true })
  const refused = await region.execute('check-alerts', { alerts: [alerts[0]] })
  assert.equal(refused.status, 503)
  assert.equal(refused.body.code, 'NO_SCRAPING_COOKIES')
  assert.deepEqual(refused.body.markets, ['fr'])
  const evidence = await region.execute('custom', { task: 'collect-evidence', args: { market: 'fr' } })
  assert.equal(evidence.body.data.verdict, 'ok')
})

test('scrape reads a listing page and a search page of an allowed host', async () => {
  const { ids } = await region.sandbox.control<{ ids: number[] }>('POST', 'listings', {
    market: 'fr',
    listings: [{ title: 'Lampe de bureau', brand: 'Ikea', size: 'M', statusId: 2, price: 12.5 }],
  })
  const listing = await region.execute('scrape', { url: `https://www.vinted.fr/items/${ids[0]}-lampe-de-bureau` })
  assert.equal(listing.status, 200, JSON.stringify(listing.body))
  const { title, price, currency, photos, isForSale, brand } = listing.body.data
  assert.deepEqual(
    { title, price, currency, isForSale, brand },
    { title: 'Lampe de bureau', price: 12.5, currency: 'EUR', isForSale: true, brand: 'Ikea' },
  )
  assert.ok(photos.length > 0)
  const search = await region.execute('scrape', { url: 'https://www.vinted.fr/catalog?search_text=lampe+de+bureau' })
  assert.deepEqual(
    search.body.data.listings.map((row: Json) => row.itemId),
    [ids[0]],
  )
  const gone = await region.execute('scrape', { url: 'https://www.vinted.fr/items/1-nothing' })
  assert.equal(gone.status, 404)
})

test('scrape is no open proxy: what is not a page of Vinted is refused with 422 and no request', async () => {
  const before = (await region.requests()).length
  const targets = [
    'http://www.vinted.fr/catalog?search_text=a',
    'https://www.vinted.fr:8443/catalog',
    'https://user@www.vinted.fr/',
    'https://www.vinted.fr.evil.example/',
    'https://evil.example/www.vinted.fr',
    'https://www.vinted.fr@evil.example/',
    'https://ok.example\\@127.0.0.1/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://[fdaa::3]/',
    'https://169.254.169.254/latest',
    'https://100.64.0.1/',
    'https://_api.internal:4280/',
    'https://www.vinted.fr./catalog',
    'https://vinted.fr/catalog',
    'https://api.vinted.fr/',
    'file:///etc/passwd',
    'data:text/html,x',
    'javascript:alert(1)',
    'ftp://www.vinted.fr/',
    `https://www.vinted.fr/${'a'.repeat(2050)}`,
    'https://www.vinted.fr/member/1',
  ]
  for (const url of targets) {
    const answer = await region.execute('scrape', { url })
    assert.equal(answer.status, 422, `${url}: ${JSON.stringify(answer.body)}`)
    assert.equal(answer.body.code, 'URL_REFUSED')
  }
  assert.equal((await region.requests()).length, before)
})
