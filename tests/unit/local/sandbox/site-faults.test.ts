import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { gunzipSync } from 'node:zlib'
import { ProxyAgent, request } from 'undici'
import { conditionId } from '../../../../shared/marketplaces/vinted/conditions.ts'
import { openSession } from '../../../support/sandbox/open-session.ts'
import type { CataloguePage, TestSession } from '../../../support/sandbox/open-session.ts'
import { BROWSER, startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { SiteAnswer, TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

let sandbox: TestSandbox
let session: TestSession
let now = Date.now()
before(async () => {
  sandbox = await startTestSandbox(['worker-fr', 'worker-us'], { clock: { now: () => now } })
  session = await openSession(sandbox, 'worker-fr', 'fr')
})
after(() => sandbox.close())
afterEach(() => sandbox.control('DELETE', 'faults'))

const fault = (order: object) => sandbox.control('POST', 'faults', order)
const home = (egress: string, headers: Record<string, string> = {}) =>
  sandbox.visit(egress, 'https://www.vinted.fr/', { headers })
const codeOf = (answer: SiteAnswer): number => (answer.json() as { code: number }).code

test('a fault without market and path hits all of its egress, bootstrap too, until it is taken back', async () => {
  await fault({ egress: 'worker-fr', mode: 'forbidden' })
  assert.equal((await session.search('')).status, 403)
  assert.equal((await home('worker-fr')).status, 403)
  assert.equal((await home('worker-us')).status, 200)
  await sandbox.control('DELETE', 'faults')
  assert.equal((await session.search('')).status, 200)
})

test('without egress it hits every egress; market and path narrow it', async () => {
  await fault({ market: 'nl', mode: 'error', status: 503 })
  await fault({ path: '/', mode: 'html' })
  await fault({ path: 'search_text=poison pill', mode: 'forbidden' })
  assert.equal((await sandbox.visit('worker-us', 'https://www.vinted.nl/items/1')).status, 503)
  assert.equal((await home('worker-us')).headers['set-cookie'], undefined)
  assert.equal((await session.search('search_text=poison+pill')).status, 403)
  assert.equal((await session.search('search_text=poison')).status, 200)
})

test('count uses a fault up, forMs lets it end by the clock', async () => {
  await fault({ mode: 'error', count: 2 })
  const statuses = [await session.search(''), await session.search(''), await session.search('')].map(
    ({ status }) => status,
  )
  assert.deepEqual(statuses, [500, 500, 200])
  await fault({ mode: 'error', forMs: 1000 })
  now += 999
  assert.equal((await session.search('')).status, 500)
  now += 1
  assert.equal((await session.search('')).status, 200)
})

test('unauthorized, gone, html and throttled answer as recorded', async () => {
  await fault({ mode: 'unauthorized', count: 1 })
  const unauthorized = await session.search('')
  assert.deepEqual([unauthorized.status, codeOf(unauthorized)], [401, 100])
  await fault({ mode: 'gone', count: 1 })
  const gone = await session.search('')
  assert.deepEqual([gone.status, codeOf(gone)], [404, 104])
  await fault({ mode: 'html', count: 1 })
  const page = await session.search('')
  assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8'])
  await fault({ mode: 'throttled', retryAfter: 7, count: 1 })
  const throttled = await session.search('')
  assert.deepEqual([throttled.status, throttled.headers['retry-after']], [429, '7'])
  await fault({ mode: 'throttled', retryAfter: null, count: 1 })
  assert.equal((await session.search('')).headers['retry-after'], undefined)
})

test('a challenge is passed by its script only, and only by the egress and the browser that ran it', async () => {
  await fault({ mode: 'challenge' })
  const page = await home('worker-fr')
  assert.equal(page.status, 403)
  assert.match(page.text, /Just a moment/)
  assert.equal(page.headers['set-cookie'], undefined)

  const browser = {
    document: { cookie: '' },
    location: { reload: () => undefined },
    setTimeout: (run: () => void) => run(),
  }
  runInContext(/<script>([^]*)<\/script>/.exec(page.text)?.[1] ?? '', createContext(browser))
  const cookie = browser.document.cookie.split(';')[0] ?? ''
  assert.match(browser.document.cookie, /domain=\.vinted\.fr/)

  assert.equal((await home('worker-fr', { cookie })).status, 200)
  assert.equal((await session.search('', { cookie })).status, 200)
  assert.equal((await session.search('')).status, 403)
  assert.equal((await home('worker-us', { cookie })).status, 403)
  assert.equal((await home('worker-fr', { cookie, 'user-agent': `${BROWSER} other` })).status, 403)
  assert.equal((await home('worker-fr', { cookie: 'cf_clearance=guess' })).status, 403)
})

test('a captcha is never passed; it and a challenge may come with any status', async () => {
  await fault({ mode: 'captcha', status: 200 })
  const page = await session.search('')
  assert.equal(page.status, 200)
  assert.match(page.text, /captcha-delivery\.com/)
})

test('a timeout never answers, and is written down without a status', async () => {
  await fault({ mode: 'timeout', count: 1 })
  const url = 'https://www.vinted.fr/catalog/never'
  const waiting = sandbox.visit('worker-fr', url, { signal: AbortSignal.timeout(150) })
  await assert.rejects(waiting, { name: 'TimeoutError' })
  const seen = await sandbox.control<{ path: string; status: number | null }[]>('GET', 'requests')
  assert.equal(seen.find(({ path }) => path === '/catalog/never')?.status, null)
})

test('slow answers late, but answers', async () => {
  await fault({ mode: 'slow', delayMs: 120, count: 1 })
  const start = performance.now()
  assert.equal((await session.search('')).status, 200)
  assert.ok(performance.now() - start >= 115)
})

test('truncated breaks off in the middle of the body', async () => {
  await fault({ mode: 'truncated', count: 1 })
  await assert.rejects(session.search('per_page=5'))
})

test('endless goes on until the client has enough', async () => {
  await fault({ mode: 'endless', count: 1 })
  await assert.rejects(sandbox.visit('worker-fr', 'https://api.vinted.fr/', { signal: AbortSignal.timeout(300) }), {
    name: 'TimeoutError',
  })
})

test('a gzip bomb is small on the wire and huge when it is opened', async () => {
  await fault({ mode: 'gzip-bomb', count: 1 })
  const dispatcher = new ProxyAgent({ uri: sandbox.doors[0]?.url ?? '', requestTls: { ca: sandbox.ca } })
  try {
    const { body, headers } = await request('https://www.vinted.fr/', { dispatcher })
    const packed = Buffer.from(await body.arrayBuffer())
    assert.equal(headers['content-encoding'], 'gzip')
    assert.ok(packed.length < 1024 * 1024, String(packed.length))
    assert.throws(() => gunzipSync(packed, { maxOutputLength: 100 * 1024 * 1024 }), { code: 'ERR_BUFFER_TOO_LARGE' })
  } finally {
    await dispatcher.destroy()
  }
})

test('wrong-market answers with a neighbour, by default the one that shares the money', async () => {
  const words = async (): Promise<[string, string]> => {
    const { items } = (await session.search('per_page=1')).json() as CataloguePage
    return [items[0]?.price.currency_code ?? '', items[0]?.item_box.second_line.split(' · ').at(-1) ?? '']
  }
  await fault({ mode: 'wrong-market' })
  const [currency, condition] = await words()
  assert.equal(currency, 'EUR')
  assert.notEqual(conditionId(condition, 'nl-NL'), null)
  await fault({ mode: 'wrong-market', servedMarket: 'us' })
  assert.equal((await words())[0], 'USD')
})

test('frozen shows the page as it was when the fault began, and leaves the bootstrap alone', async () => {
  const newest = async (): Promise<number | undefined> => (await session.items('order=newest_first&per_page=1'))[0]?.id
  const before = await newest()
  await fault({ mode: 'frozen' })
  const published = await publish('New thing')
  assert.equal(await newest(), before)
  assert.equal((await home('worker-fr')).status, 200)
  await sandbox.control('DELETE', 'faults')
  assert.equal(await newest(), published)
})

async function publish(title: string): Promise<number | undefined> {
  const listing = { title, brand: 'Nike', size: 'M', statusId: 2, price: 10 }
  const { ids } = await sandbox.control<{ ids: number[] }>('POST', 'listings', { market: 'fr', listings: [listing] })
  return ids[0]
}
