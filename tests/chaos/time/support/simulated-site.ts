import { hashText } from '../../../../local/sandbox/random.ts'
import type { SiteAnswer } from '../../../../regional-worker/vinted/site-client.ts'

const PAGE_ROWS = 6
/** One listing per search every two and a half hours, thereabouts. */
const CHANCE = 0.03
const LOT_EVERY = 5

/** Every fifth listing is a "lot", which some alerts exclude. */
export const isLot = (itemId: number): boolean => itemId % LOT_EVERY === 0

/** What a search shows: the newest rows of a market that goes on selling, made up from the cycle's number alone. */
export function createSimulatedSite(searches: readonly string[]) {
  let newest = 7_000_000_000
  const pages = new Map(
    searches.map((text) => [text, Array.from({ length: PAGE_ROWS }, () => (newest += 1)).reverse()]),
  )
  return {
    /** Publishes what this cycle brings; answers its ids by search. */
    publish(cycle: number): Map<string, number> {
      const published = new Map<string, number>()
      for (const [text, page] of pages) {
        if (hashText(`${cycle}/${text}`) / 2 ** 32 >= CHANCE) continue
        newest += 1
        page.unshift(newest)
        page.length = PAGE_ROWS
        published.set(text, newest)
      }
      return published
    },
    answer(url: string): SiteAnswer {
      const text = new URL(url).searchParams.get('search_text') ?? ''
      const items = (pages.get(text) ?? []).map((id) => ({
        id,
        title: `Robe ${id}${isLot(id) ? ' lot' : ''}`,
        price: { amount: '20.00', currency_code: 'EUR' },
        item_box: { first_line: 'Atelier', second_line: 'M · Très bon état' },
      }))
      const headers = { 'content-type': 'application/json' }
      return { kind: 'answer', status: 200, headers, setCookies: [], body: JSON.stringify({ items }) }
    },
  }
}
