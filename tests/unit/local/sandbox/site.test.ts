import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { request, ProxyAgent } from 'undici'
import { conditionId } from '../../../../shared/marketplaces/vinted/conditions.ts'
import { openSession } from '../../../support/sandbox/open-session.ts'
import type { CataloguePage } from '../../../support/sandbox/open-session.ts'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

let sandbox: TestSandbox
let now = Date.now()
before(async () => {
  sandbox = await startTestSandbox(['worker-fr', 'worker-us'], { clock: { now: () => now } })
})
after(() => sandbox.close())

const FR_ITEMS = 'https://api.vinted.fr/svc-catalogue/items'

test('the home page starts a session: an empty token first, the real one later, and a token that tells its end', async () => {
  const { cookies, token, anonId } = await openSession(sandbox, 'worker-fr', 'fr')
  const tokens = cookies.filter((cookie) => cookie.startsWith('access_token_web='))
  assert.match(tokens[0] ?? '', /^access_token_web=;/)
  assert.ok(tokens.at(-1)?.includes(token))
  assert.ok(cookies.some((cookie) => cookie.startsWith(`anon_id=${anonId};`)))
  for (const name of ['refresh_token_web', '_vinted_fr_session', '__cf_bm', 'v_udt', 'datadome']) {
    assert.ok(
      cookies.some((cookie) => cookie.startsWith(`${name}=`)),
      name,
    )
  }
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number }
  assert.equal(claims.exp, Math.floor((now + 2 * 60 * 60_000) / 1000))
})

test('every market answers on its own hosts with its own currency; the quiet ones have nothing for sale', async () => {
  for (const [market, currency] of [
    ['us', 'USD'],
    ['uk', 'GBP'],
    ['nl', 'EUR'],
  ] as const) {
    const [item] = await (await openSession(sandbox, 'worker-us', market)).items('per_page=1&order=newest_first')
    assert.equal(item?.price.currency_code, currency)
  }
  assert.deepEqual(await (await openSession(sandbox, 'worker-us', 'pl')).items('per_page=5'), [])
})

test('the same service answers on the site, and cookies do as well as the header', async () => {
  const { token, anonId } = await openSession(sandbox, 'worker-fr', 'fr')
  const cookie = `anon_id=${anonId}; access_token_web=${token}`
  const answer = await sandbox.visit('worker-fr', 'https://www.vinted.fr/web/gateway/svc-catalogue/items?per_page=2', {
    headers: { cookie },
  })
  assert.equal(answer.status, 200)
  assert.equal((answer.json() as CataloguePage).items.length, 2)
})

test('no token, a made-up one, one of another market and one that is over are refused with 401 code 100', async () => {
  const session = await openSession(sandbox, 'worker-fr', 'fr')
  const { token: foreign } = await openSession(sandbox, 'worker-fr', 'nl')
  const bodies = [
    await sandbox.visit('worker-fr', FR_ITEMS),
    await session.search('', { authorization: 'Bearer abc' }),
    await session.search('', { authorization: `Bearer ${foreign}` }),
  ]
  now += 2 * 60 * 60_000
  bodies.push(await session.search(''))
  for (const answer of bodies) {
    assert.equal(answer.status, 401)
    assert.equal((answer.json() as { code: number }).code, 100)
  }
})

test('a session is refused with 403 from another egress and from another User-Agent', async () => {
  const session = await openSession(sandbox, 'worker-fr', 'fr')
  const elsewhere = await sandbox.visit('worker-us', FR_ITEMS, {
    headers: { authorization: `Bearer ${session.token}` },
  })
  assert.equal(elsewhere.status, 403)
  assert.equal((await session.search('', { 'user-agent': 'Mozilla/5.0 (another)' })).status, 403)
  assert.equal((await session.search('')).status, 200)
})

test('of two bootstraps at once only the later session is good', async () => {
  const first = await openSession(sandbox, 'worker-fr', 'uk')
  const second = await openSession(sandbox, 'worker-fr', 'uk')
  assert.deepEqual([(await first.search('')).status, (await second.search('')).status], [401, 200])
  now += 1000
  await openSession(sandbox, 'worker-fr', 'uk')
  assert.equal((await second.search('')).status, 200)
})

test('who is no browser gets no session', async () => {
  const answer = await sandbox.visit('worker-fr', 'https://www.vinted.fr/', { headers: { 'user-agent': 'undici' } })
  assert.equal(answer.status, 403)
  assert.equal(answer.headers['set-cookie'], undefined)
})

test('a wrong Locale answers with the items, the money and the words of that country', async () => {
  const session = await openSession(sandbox, 'worker-fr', 'fr')
  const answer = await session.search('per_page=10', { locale: 'en-GB' })
  for (const item of (answer.json() as CataloguePage).items) {
    assert.equal(item.price.currency_code, 'GBP')
    assert.notEqual(conditionId(item.item_box.second_line.split(' · ').at(-1) ?? '', 'en-GB'), null)
  }
})

test('repeated keys and blanks are refused with 400, old filter names change nothing', async () => {
  const session = await openSession(sandbox, 'worker-fr', 'fr')
  const blank = await session.search('price_from=')
  assert.equal(blank.status, 400)
  assert.equal((blank.json() as { message_code: string }).message_code, 'INVALID_REQUEST')
  assert.equal((await session.search('page=1&page=2')).status, 400)
  const old = await session.items('brand_ids=53&per_page=96&order=newest_first')
  assert.deepEqual(old, await session.items('per_page=96&order=newest_first'))
  const filtered = await session.items('attribute_ids[brand]=53&per_page=96')
  assert.ok(filtered.length > 5 && filtered.every((item) => item.item_box.first_line === 'Nike'))
})

test('the retired endpoint is 404 code 104 with and without a session', async () => {
  const { token } = await openSession(sandbox, 'worker-fr', 'fr')
  for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
    const answer = await sandbox.visit('worker-fr', 'https://www.vinted.fr/api/v2/catalog/items?page=1', { headers })
    assert.equal(answer.status, 404)
    assert.equal((answer.json() as { code: number }).code, 104)
  }
})

test('a listing has a page and photos, an unknown one has neither', async () => {
  const session = await openSession(sandbox, 'worker-fr', 'fr')
  const [item] = ((await session.search('per_page=1')).json() as { items: { url: string; photo: { url: string } }[] })
    .items
  assert.ok(item)
  const page = await sandbox.visit('worker-fr', `https://www.vinted.fr${item.url}`)
  assert.equal(page.status, 200)
  assert.ok(page.text.includes('application/ld+json'))
  const photo = await sandbox.visit('worker-fr', item.photo.url)
  assert.equal(photo.headers['content-type'], 'image/svg+xml')
  assert.equal((await sandbox.visit('worker-fr', 'https://www.vinted.fr/items/1-nothing')).status, 404)
  assert.equal((await sandbox.visit('worker-fr', 'https://images1.vinted.net/other')).status, 404)
})

test('a client that reads gzip gets gzip', async () => {
  const session = await openSession(sandbox, 'worker-fr', 'fr')
  const { headers } = await session.search('per_page=20', { 'accept-encoding': 'gzip, br' })
  assert.equal(headers['content-encoding'], 'gzip')
})

test('a door refuses every host that is not the site, other ports, and plain requests', async () => {
  const [door] = sandbox.doors
  assert.ok(door)
  const dispatcher = new ProxyAgent({ uri: door.url, requestTls: { ca: sandbox.ca } })
  try {
    for (const target of ['https://example.com/', 'https://vinted.fr.example.com/', 'https://www.vinted.fr:8443/']) {
      await assert.rejects(request(target, { dispatcher }), /403/, target)
    }
    const plain = await fetch(door.url, { headers: { host: 'www.vinted.fr' } })
    assert.equal(plain.status, 403)
  } finally {
    await dispatcher.destroy()
  }
})

test('every request is written down with egress and status, without cookies and tokens', async () => {
  const since = new Date((now += 10_000)).toISOString()
  const session = await openSession(sandbox, 'worker-us', 'us')
  await session.search('search_text=nike+air&page=1', { cookie: 'secret=cookie' })
  await sandbox.visit('worker-us', 'https://api.www.vinted.com/svc-catalogue/items')
  const seen = await sandbox.control<Record<string, unknown>[]>('GET', `requests?since=${since}`)
  const facts = seen.map(({ time, egress, host, path, query, status }) => ({ time, egress, host, path, query, status }))
  const api = { time: since, egress: 'worker-us', host: 'api.www.vinted.com', path: '/svc-catalogue/items' }
  assert.deepEqual(facts, [
    { time: since, egress: 'worker-us', host: 'www.vinted.com', path: '/', query: '', status: 200 },
    { ...api, query: 'search_text=nike+air&page=1', status: 200 },
    { ...api, query: '', status: 401 },
  ])
  assert.ok(![session.token, 'secret', session.anonId].some((value) => JSON.stringify(seen).includes(value)))
})
