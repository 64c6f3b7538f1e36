import type { Json } from '../json.ts'
import type { Sql } from './open-sql.ts'

export type Control = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<Json>

/** A word that nobody sells under but the test: each alert has a search of its own. */
export const wordOf = (place: number): string => `zirkon${String(place).padStart(3, '0')}`

/** A chat of its own per alert: no pace of one chat slows another down, and nothing is merged. */
const chatOf = (place: number): string => String(2_000_001 + place)

export const alertAt = (place: number): Record<string, unknown> => ({
  market: 'fr',
  name: `alert ${place}`,
  chatId: chatOf(place),
  searchText: wordOf(place),
})

export async function addAlerts(sql: Sql, count: number): Promise<void> {
  for (let place = 0; place < count; place += 1)
    await sql('select public.create_alert(gen_random_uuid(), $1)', [JSON.stringify(alertAt(place))])
}

/** How often the site was asked for each search since then. */
export async function askedSince(control: Control, since: number): Promise<Map<string, number>> {
  const asked = new Map<string, number>()
  for (const { path, query } of await control('GET', `requests?since=${since}`)) {
    const word = new URLSearchParams(query as string).get('search_text')
    if (path === '/svc-catalogue/items' && word !== null) asked.set(word, (asked.get(word) ?? 0) + 1)
  }
  return asked
}

/** Publishes one listing that one alert looks for; answers its title, which no other has. */
export async function publishFind(control: Control, place: number, number: number): Promise<string> {
  const title = `Veste ${wordOf(place)} n${String(number).padStart(4, '0')}`
  const listing = { title, brand: 'Quechua', brandId: 1234, size: 'M', statusId: 2, price: 25, sellerLogin: 'claire' }
  await control('POST', 'listings', { market: 'fr', listings: [listing] })
  return title
}
