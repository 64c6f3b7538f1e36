import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../support/database/real-postgres.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { openSql } from '../../support/parts/open-sql.ts'

let postgres: RealPostgres
let database: ReturnType<typeof openSql>
let fleet: TestFleet

before(async () => {
  postgres = await startRealPostgres()
  database = openSql(postgres.url)
  const schedule = {
    SCHEDULE: 'continuous',
    ALERT_CHECK_INTERVAL_MS: '300000',
    ALERT_CHECK_INITIAL_DELAY_MS: '0',
    HEALTH_CHECK_INTERVAL_MS: '1000',
  }
  fleet = await startTestFleet({ args: ['--workers', 'fr,us'], env: { DATABASE_URL: postgres.url, ...schedule } })
})
after(async () => {
  await fleet.stop()
  await database.close()
  await postgres.stop()
})

type Asked = { egress: string; query: string; status: number | null }
const asked = async (word: string): Promise<Asked[]> => {
  const seen = (await fleet.control('GET', 'requests')) as {
    egress: string
    path: string
    query: string
    status: number | null
  }[]
  return seen.filter(({ path, query }) => path === '/svc-catalogue/items' && query.includes(`search_text=${word}`))
}
const checkedAt = async (id: string): Promise<string | null> =>
  (await fleet.api('GET', `/api/v1/alerts/${id}`)).body.lastCheckedAt
const isChecked = (id: string) => eventually(async () => assert.notEqual(await checkedAt(id), null), 30_000)
const alert = (searchText: string, market = 'fr') =>
  fleet.createAlert({ market, name: searchText, searchText, chatId: '42' })
const publish = (title: string) =>
  fleet.control('POST', 'listings', {
    market: 'fr',
    listings: [{ title, brand: 'Nike', size: 'M', statusId: 2, price: 20 }],
  })
/** As if its interval were over; the plan that a new alert asks for sees it. */
async function makeDue(word: string, id: string): Promise<void> {
  await database.sql(`update public.alerts set last_checked_at = now() - interval '2 hours' where id = $1`, [id])
  await alert(word)
}

test('a new alert is looked at within seconds, in the report that runs', async () => {
  await isChecked(await alert('amphore'))
  const since = performance.now()
  const late = await alert('boussole', 'us')
  await isChecked(late)
  assert.ok(performance.now() - since < 15_000)
  const { runs } = (await fleet.api('GET', '/api/v1/runs')).body
  assert.deepEqual(
    runs.map((run: { status: string }) => run.status),
    ['running'],
  )
})

test('a search that is due again is asked again in the same report, and what it finds is told once', async () => {
  const id = await alert('chandelle')
  await isChecked(id)
  await publish('Lampe chandelle dorée')
  await makeDue('dentelle', id)
  await eventually(async () => assert.equal((await asked('chandelle')).length, 2), 30_000)
  await eventually(async () => {
    const texts = (await fleet.messages('42')).map(({ text, caption }) => `${text ?? ''}${caption ?? ''}`)
    assert.equal(texts.filter((text) => text.includes('Lampe chandelle')).length, 1)
  }, 30_000)
  const [item] = await database.sql<{ runs: number; requests: number; finds: number }>(
    `select count(distinct i.run_id)::int as runs, sum(i.requests)::int as requests, sum(r.new_matches)::int as finds
     from public.run_alerts r join public.run_items i on i.run_id = r.run_id and i.search_key = r.search_key
     where r.alert_id = $1`,
    [id],
  )
  assert.deepEqual(item, { runs: 1, requests: 2, finds: 1 })
})

test('what was learned of a search is kept: the hours it was watched, what it showed, what it found', async () => {
  const rates = await database.sql<{ seen_finds: number; seen_listings: number; seen_hours: number }>(
    `select seen_finds, seen_listings, seen_hours from public.searches where canonical like '%chandelle%'`,
  )
  assert.equal(rates.length, 1)
  assert.ok(Math.abs((rates[0]?.seen_finds ?? 0) - 1) < 0.01)
  assert.ok(Math.abs((rates[0]?.seen_listings ?? 0) - 1) < 0.01)
  assert.ok((rates[0]?.seen_hours ?? 0) > 0)
})

test('a search that met a broken site on one worker goes to the other at once', async () => {
  const id = await alert('gouache')
  await isChecked(id)
  const before = (await asked('gouache')).length
  await fleet.control('POST', 'faults', { mode: 'error', path: 'search_text=gouache', count: 1 })
  await makeDue('hochet', id)
  await eventually(async () => assert.equal((await asked('gouache')).length, before + 2), 30_000)
  const [broken, served] = (await asked('gouache')).slice(before)
  assert.deepEqual([broken?.status, served?.status], [500, 200])
  assert.notEqual(broken?.egress, served?.egress)
})

test('a search that is refused on one worker goes to the other at once, and the banned one is left alone', async () => {
  const id = await alert('enclume')
  await isChecked(id)
  const before = (await asked('enclume')).length
  await fleet.control('POST', 'faults', { mode: 'forbidden', path: 'search_text=enclume', count: 1 })
  await makeDue('flambeau', id)
  await eventually(async () => assert.equal((await asked('enclume')).length, before + 2), 45_000)
  const [refused, served] = (await asked('enclume')).slice(before)
  assert.deepEqual([refused?.status, served?.status], [403, 200])
  assert.notEqual(refused?.egress, served?.egress)
  const all = (await fleet.control('GET', 'requests')) as Asked[]
  const since = all.slice(all.findIndex(({ status }) => status === 403) + 1)
  assert.deepEqual(new Set(since.map(({ egress }) => egress)), new Set([served?.egress]))
})

test('alerts that differ in their prices only come to share one request, and each is told its own', async () => {
  const priced = async (name: string, prices: object) => {
    const id = await fleet.createAlert({ market: 'fr', name, searchText: 'hamac', chatId: name, ...prices })
    await isChecked(id)
    return id
  }
  const ids = [await priced('101', { priceMax: 50 }), await priced('102', { priceMin: 20 })]
  /** Everybody is looked at once more, by whatever the plan says. */
  const again = async (word: string): Promise<void> => {
    const before = await asked('hamac')
    await database.sql(
      `update public.searches s set last_good_at = s.last_good_at - interval '1 hour'
       where s.canonical like '%search_text=hamac%'`,
      [],
    )
    await database.sql(
      `update public.alerts set last_checked_at = last_checked_at - interval '1 hour' where id = any ($1)`,
      [ids],
    )
    await alert(word)
    const isLater = async (id: string) => Date.parse((await checkedAt(id)) ?? '') > Date.now() - 60_000
    await eventually(async () => {
      assert.ok((await asked('hamac')).length > before.length)
      assert.deepEqual(await Promise.all(ids.map(isLater)), [true, true])
    }, 60_000)
  }
  const together = (requests: readonly { query: string }[]) => requests.filter(({ query }) => !query.includes('price_'))
  // The broader page is asked for where to begin, each search once more by itself, and from then on one page serves both.
  await again('igloo')
  await again('jonquille')
  const before = (await asked('hamac')).length
  await fleet.control('POST', 'listings', {
    market: 'fr',
    listings: [30, 10, 90].map((price) => ({
      title: `Hamac à ${price}`,
      brand: 'Nike',
      size: 'M',
      statusId: 2,
      price,
    })),
  })
  await again('kayak')
  const since = (await asked('hamac')).slice(before)
  assert.deepEqual([since.length, together(since).length], [1, 1])
  const finds = async (chat: string): Promise<string[]> =>
    (await fleet.messages(chat))
      .map(({ text, caption }) => /Hamac à \d+/.exec(`${text ?? ''}${caption ?? ''}`)?.[0])
      .filter((title) => title !== undefined)
      .sort()
  await eventually(async () => {
    assert.deepEqual(await finds('101'), ['Hamac à 10', 'Hamac à 30'])
    assert.deepEqual(await finds('102'), ['Hamac à 30', 'Hamac à 90'])
  }, 30_000)
})

test('a cycle that is asked for waits for the report that runs, and says so', async () => {
  const answer = await fleet.api('POST', '/api/v1/alerts/run-once', undefined, { prefer: 'respond-async' })
  assert.deepEqual([answer.status, answer.body.joined], [202, true])
})

test('a paused fleet ends the report and leaves one skipped row, not one a second', async () => {
  assert.equal((await fleet.api('POST', '/api/v1/fleet/pause', { reason: 'holiday' })).status, 200)
  await alert('girandole')
  const skipped = async (): Promise<number> =>
    (await fleet.api('GET', '/api/v1/runs')).body.runs.filter((run: { status: string }) => run.status === 'skipped')
      .length
  await eventually(async () => assert.ok((await skipped()) > 0), 40_000)
  // Three turns of the loop.
  const until = performance.now() + 4_000
  await eventually(async () => assert.ok(performance.now() > until))
  assert.equal(await skipped(), 1)
})
