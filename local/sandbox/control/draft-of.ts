import { hashText } from '../random.ts'
import { brands, sizeTables } from '../vinted/assortment.ts'
import type { ListingDraft } from '../vinted/listing.ts'
import type { NewListing } from './orders.ts'

/** Women's clothes: where a listing goes that names no catalogue. */
const DEFAULT_CATALOGUE = 4
/** Made-up ids stay clear of the site's own. */
const MADE_UP_FROM = 900_000

/** Fills what a control call leaves open; the same brand or size name always gets the same id. */
export function draftOf(order: NewListing): ListingDraft {
  const size = order.size ?? null
  const login = order.sellerLogin ?? 'sandbox_seller'
  return {
    title: order.title,
    brand: order.brand,
    brandId: order.brandId ?? brandIdOf(order.brand),
    size,
    sizeId: order.sizeId ?? (size === null ? null : sizeIdOf(size)),
    statusId: order.statusId,
    catalogId: order.catalogId ?? DEFAULT_CATALOGUE,
    colorIds: order.colorIds ?? [1],
    materialIds: order.materialIds ?? [44],
    priceCents: Math.round(order.price * 100),
    seller: { id: 1_000_000 + (hashText(login) % 200_000_000), login, business: order.business ?? false },
    favourites: 0,
  }
}

const brandIdOf = (name: string): number =>
  brands.find((brand) => brand.name.toLowerCase() === name.toLowerCase())?.id ?? madeUpId(name)

const sizeIdOf = (name: string): number =>
  Object.values(sizeTables)
    .map((table) => table[name])
    .find((id) => id !== undefined) ?? madeUpId(name)

const madeUpId = (name: string): number => MADE_UP_FROM + (hashText(name.toLowerCase()) % 1_000_000)
