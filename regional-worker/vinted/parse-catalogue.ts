import { z } from 'zod'
import type { Listing } from '#shared/contracts/listing.ts'
import type { CatalogueJson } from './classify-response.ts'
import { conditionId } from '#shared/marketplaces/vinted/conditions.ts'
import { siteOrigin } from '#shared/marketplaces/vinted/markets.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'

const Money = z.object({ amount: z.string(), currency_code: z.string() })

/** Both recorded shapes: since September 2026 brand, size and condition stand in `item_box` only. */
const Row = z.object({
  id: z.number().int().positive(),
  title: z.string(),
  price: Money,
  total_item_price: Money.nullish(),
  url: z.string().nullish(),
  path: z.string().nullish(),
  item_box: z.object({ first_line: z.string().nullish(), second_line: z.string().nullish() }).nullish(),
  brand_title: z.string().nullish(),
  size_title: z.string().nullish(),
  status: z.string().nullish(),
  photo: z.object({ url: z.string().nullish() }).nullish(),
  photos: z.array(z.object({ url: z.string().nullish(), is_main: z.boolean().nullish() })).nullish(),
  user: z.object({ id: z.number().int(), login: z.string().nullish() }).nullish(),
  promoted: z.boolean().nullish(),
  content_source: z.string().nullish(),
})
type Row = z.infer<typeof Row>

/** `listings` in page order, boosted rows included and marked; `unreadable` counts rows of another shape. */
export type CataloguePage = { listings: Listing[]; unreadable: number; totalEntries: number | null }

const SEPARATOR = ' · '

/** "M / 38 · Très bon état" → size and condition; only one part is a condition alone. Sizes may hold the separator. */
function splitSecondLine(line: string | null | undefined): { size: string | null; condition: string | null } {
  if (!line) return { size: null, condition: null }
  const at = line.lastIndexOf(SEPARATOR)
  if (at < 0) return { size: null, condition: line.trim() || null }
  return { size: line.slice(0, at).trim() || null, condition: line.slice(at + SEPARATOR.length).trim() || null }
}

const textOrNull = (text: string | null | undefined): string | null => text?.trim() || null

/** `6.00` → 6; anything else is no price. */
const amountOf = (money: z.infer<typeof Money> | null | undefined): number | null =>
  money && /^\d+(\.\d+)?$/.test(money.amount) ? Number(money.amount) : null

function photoOf(row: Row): string | null {
  const main = row.photos?.find((photo) => photo.is_main) ?? row.photos?.[0]
  return textOrNull(row.photo?.url) ?? textOrNull(main?.url)
}

function toListing(row: Row, market: Market): Listing {
  const box = splitSecondLine(row.item_box?.second_line)
  const condition = textOrNull(row.status) ?? box.condition
  const path = textOrNull(row.url) ?? textOrNull(row.path) ?? `/items/${row.id}`
  return {
    itemId: row.id,
    title: row.title,
    price: amountOf(row.price) ?? Number.NaN,
    totalPrice: amountOf(row.total_item_price),
    currency: row.price.currency_code,
    url: URL.parse(path, siteOrigin(market))?.href ?? `${siteOrigin(market)}/items/${row.id}`,
    photoUrl: photoOf(row),
    brand: textOrNull(row.brand_title) ?? textOrNull(row.item_box?.first_line),
    size: textOrNull(row.size_title) ?? box.size,
    condition,
    conditionId: condition === null ? null : conditionId(condition, market.locale),
    seller: row.user ? { id: row.user.id, login: row.user.login ?? '' } : null,
    isPromoted: row.promoted === true || (row.content_source ?? '').includes('promoted'),
  }
}

/** Rows of another shape are counted, not guessed at. */
export function parseCatalogue(json: CatalogueJson, market: Market): CataloguePage {
  const listings: Listing[] = []
  for (const item of json.items) {
    const row = Row.safeParse(item)
    const listing = row.success ? toListing(row.data, market) : null
    if (listing && Number.isFinite(listing.price)) listings.push(listing)
  }
  const total = json.pagination?.total_entries
  return {
    listings,
    unreadable: json.items.length - listings.length,
    totalEntries: typeof total === 'number' ? total : null,
  }
}

/** Rows in page order as a search sees them: without boosted rows (dropped first), each item once. */
export function organicRows(page: CataloguePage): Listing[] {
  const byId = new Map<number, Listing>()
  for (const listing of page.listings) {
    if (!listing.isPromoted && !byId.has(listing.itemId)) byId.set(listing.itemId, listing)
  }
  return [...byId.values()]
}
