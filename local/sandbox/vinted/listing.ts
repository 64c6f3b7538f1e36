/** A made-up listing as the sandbox keeps it. Money in cents, ids as the site's. */
export type Listing = {
  id: number
  title: string
  brand: string
  brandId: number
  /** A bag has none. */
  size: string | null
  sizeId: number | null
  statusId: number
  catalogId: number
  colorIds: readonly number[]
  materialIds: readonly number[]
  priceCents: number
  seller: { id: number; login: string; business: boolean }
  favourites: number
  /** Order of publication within the market; never shown, as the site shows no time. */
  sequence: number
}

/** A listing before it is published. */
export type ListingDraft = Omit<Listing, 'id' | 'sequence'>

/** `Nike Air Max 1 “Grey Gum”` → `nike-air-max-1-grey-gum` */
export const slugOf = (title: string): string =>
  foldText(title)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** Without case and accents: how the site's search compares words. */
export const foldText = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
