import { randomUUID } from 'node:crypto'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { createCatalogue } from '../../local/sandbox/vinted/catalogue.ts'
import { renderPage } from '../../local/sandbox/vinted/render-item.ts'
import { searchListings } from '../../local/sandbox/vinted/search-listings.ts'

const ROWS = 96
const SEED = 2026

/** The French market, and the body of its first page of 96 rows as the sandbox answers it. The same at every call. */
export function benchPage() {
  const market = marketOf('fr')
  const clock = { now: () => 0 }
  const query = {
    words: [],
    attributes: new Map<string, readonly number[]>(),
    priceFromCents: 0,
    priceToCents: Number.MAX_SAFE_INTEGER,
    order: 'newest_first',
    page: 1,
    perPage: ROWS,
  }
  const found = searchListings(createCatalogue(SEED, clock).listings(market.id), query)
  const page = renderPage(found, query, market, clock.now(), randomUUID())
  if (page.items.length !== ROWS) throw new Error(`the sandbox has ${page.items.length} rows only`)
  return { market, body: JSON.stringify(page) }
}
