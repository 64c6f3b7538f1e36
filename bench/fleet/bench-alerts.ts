import { randomUUID } from 'node:crypto'
import type { AlertChanges } from '#shared/contracts/alert.ts'
import type { TestFleet } from '../../tests/support/fleet/start-test-fleet.ts'

const MARKETS = ['fr', 'us', 'nl', 'uk']
const BRANDS = ['Nike', 'Zara', 'Adidas', 'Levi’s', 'H&M']
const ALL_CONDITIONS = [6, 1, 2, 3, 4]

/**
 * Alert number `place`, out of `searches` different ones. Each search takes every listing up to its own price, so that every
 * answer is a full page; the alert's own filters let about a fifth of it pass.
 */
export function benchAlert(place: number, searches: number): AlertChanges {
  const search = place % searches
  return {
    name: `alert ${place}`,
    market: MARKETS[search % MARKETS.length] ?? 'fr',
    statusIds: ALL_CONDITIONS,
    priceMax: 1_000 + search,
    brands: [BRANDS[place % BRANDS.length] ?? 'Nike'],
    excludedWords: ['enfant', 'kinder', 'lot'],
    chatId: String(2_000_000 + place),
  }
}

/** Through the API, as a user would. */
export async function createAlerts(fleet: TestFleet, count: number, searches: number): Promise<void> {
  for (let place = 0; place < count; place += 1) await fleet.createAlert(benchAlert(place, searches))
}

type Sql = { query(sql: string, params: unknown[]): Promise<unknown> }

/** Numbers `from` to `to - 1` by one statement: ten thousand API calls would take longer than what is measured. */
export async function insertAlerts(database: Sql, from: number, to: number, searches: number): Promise<void> {
  const alerts = Array.from({ length: to - from }, (_, place) => ({
    id: randomUUID(),
    alert: benchAlert(from + place, searches),
  }))
  await database.query(
    `select public.create_alert((x ->> 'id')::uuid, x -> 'alert') from jsonb_array_elements($1::jsonb) x`,
    [JSON.stringify(alerts)],
  )
}
