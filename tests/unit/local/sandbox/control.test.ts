import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openSession } from '../../../support/sandbox/open-session.ts'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

let sandbox: TestSandbox
before(async () => {
  sandbox = await startTestSandbox()
})
after(() => sandbox.close())

const listing = { title: 'Blouson', brand: 'Carhartt', size: 'M', statusId: 2, price: 49.9, sellerLogin: 'anna' }

test('health is ok', async () => {
  const response = await fetch(`${sandbox.url}/health`)
  assert.deepEqual(await response.json(), { status: 'ok' })
})

test('published listings are for sale at once, the last one newest, found by id filters and words', async () => {
  const listings = [listing, { ...listing, title: 'Blouson rare zyx', brandId: 4242, size: null }]
  const { ids } = await sandbox.control<{ ids: number[] }>('POST', 'listings', { market: 'nl', listings })
  const session = await openSession(sandbox, 'worker-fr', 'nl')
  const newest = await session.items('order=newest_first&per_page=2')
  assert.deepEqual(
    newest.map(({ id }) => id),
    ids.toReversed(),
  )
  assert.deepEqual(
    [newest[1]?.user.login, newest[1]?.price.amount, newest[0]?.item_box.second_line],
    ['anna', '49.90', 'Heel goed'],
  )
  assert.deepEqual(
    (await session.items('attribute_ids[brand]=4242')).map(({ id }) => id),
    ids.slice(1),
  )
  assert.deepEqual(
    (await session.items('search_text=zyx+rare')).map(({ id }) => id),
    ids.slice(1),
  )
})

test('a listing published again under its id changes its price in its place', async () => {
  const publish = (listings: object[]) =>
    sandbox.control<{ ids: number[] }>('POST', 'listings', { market: 'uk', listings })
  const { ids } = await publish([listing, { ...listing, title: 'later' }])
  await publish([{ ...listing, id: ids[0], price: 20 }])
  const items = await (await openSession(sandbox, 'worker-fr', 'uk')).items('order=newest_first&per_page=2')
  assert.deepEqual(
    items.map(({ id, price }) => [id, price.amount]),
    [
      [ids[1], '49.90'],
      [ids[0], '20.00'],
    ],
  )
})

test('a bad order is refused with 400 and the name of each wrong field', async () => {
  const cases: [path: string, body: unknown, field: string][] = [
    ['listings', { market: 'xx', listings: [listing] }, 'market'],
    ['listings', { market: 'fr', listings: [{ ...listing, statusId: 9 }] }, 'listings.0.statusId'],
    ['listings', { market: 'fr', listings: [{ ...listing, price: '1' }] }, 'listings.0.price'],
    ['listings', { market: 'fr', listings: [{ ...listing, colour: 1 }] }, 'listings.0.colour'],
    ['faults', { mode: 'nope' }, 'mode'],
    ['faults', { mode: 'error', egress: 'worker-xx' }, 'egress'],
    ['faults', { mode: 'error', count: 0 }, 'count'],
    ['telegram/faults', { mode: '418' }, 'mode'],
    ['telegram/updates', { chat: 'x', text: 'hi' }, 'chat'],
    ['telegram/updates', { chat: 1 }, 'text'],
    ['telegram/updates', { update: {} }, 'message'],
    ['publish', { perMinute: -1 }, 'perMinute'],
    ['publish', '{', 'body'],
  ]
  for (const [path, body, field] of cases) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${sandbox.url}/control/${path}`, { method: 'POST', body: text })
    assert.equal(response.status, 400, path)
    const { issues } = (await response.json()) as { issues: { field: string }[] }
    assert.ok(
      issues.some((issue) => issue.field === field),
      `${path} ${field}: ${JSON.stringify(issues)}`,
    )
  }
})

test('an unknown control call is 404 and lists those there are', async () => {
  const response = await fetch(`${sandbox.url}/control/nothing`)
  assert.equal(response.status, 404)
  assert.match(await response.text(), /POST listings/)
})

test('the rate of publishing can be changed and stopped while it runs', async () => {
  const total = async (): Promise<number> => {
    const session = await openSession(sandbox, 'worker-us', 'us')
    return ((await session.search('per_page=1')).json() as { pagination: { total_entries: number } }).pagination
      .total_entries
  }
  const before = await total()
  await sandbox.control('POST', 'publish', { perMinute: 60_000 })
  const deadline = Date.now() + 5000
  while ((await total()) === before) assert.ok(Date.now() < deadline, 'nothing was published')
  assert.deepEqual(await sandbox.control('POST', 'publish', { perMinute: 0 }), { perMinute: 0 })
  const stopped = await total()
  assert.equal(await total(), stopped)
})
