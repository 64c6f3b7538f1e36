import type { Alert } from '../../contracts/alert.ts'
import type { Listing } from '../../contracts/listing.ts'

/** Why a listing of the page is not told; the first reason that applies counts. */
export type DropReason = 'price' | 'total-price' | 'condition' | 'seller' | 'brand' | 'size' | 'word' | 'excluded-word'

/** The fields of an alert that are checked here, on every row. */
export type Filters = Pick<
  Alert,
  | 'priceMin'
  | 'priceMax'
  | 'maxTotalPrice'
  | 'statusIds'
  | 'blockedSellers'
  | 'brands'
  | 'sizes'
  | 'requiredWords'
  | 'excludedWords'
>

export type PageMatch = { matched: Listing[]; dropped: Partial<Record<DropReason, number>> }

/** One bit per row of the page. */
type Mask = Uint32Array

type Row = {
  listing: Listing
  price: number
  total: number
  sellers: string[]
  brand: string
  size: string
  text: string
}

/** Case, accents and typographic forms do not count: "Été" is "ete". */
const fold = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim()

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character)

/** Both folded. A whole word, taken literally: no letter or digit may touch it where it begins or ends with one itself. */
function holdsWord(text: string, word: string): boolean {
  if (word === '') return false
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const isCutBefore = isWordCharacter(word[0]) && isWordCharacter(text[at - 1])
    const isCutAfter = isWordCharacter(word.at(-1)) && isWordCharacter(text[at + word.length])
    if (!isCutBefore && !isCutAfter) return true
  }
  return false
}

function toRow(listing: Listing): Row {
  const brand = fold(listing.brand ?? '')
  const { price, totalPrice, seller } = listing
  return {
    listing,
    price,
    total: totalPrice ?? price,
    sellers: seller ? [fold(seller.login), String(seller.id)] : [],
    brand,
    size: fold(listing.size ?? ''),
    text: `${fold(listing.title)} ${brand}`,
  }
}

function countBits(mask: Mask): number {
  let count = 0
  for (let bits of mask) {
    for (; bits !== 0; bits &= bits - 1) count += 1
  }
  return count
}

/** The rows whose bits are set, in page order. */
function rowsOf(mask: Mask, listings: readonly Listing[]): Listing[] {
  const found: Listing[] = []
  for (let word = 0; word < mask.length; word += 1) {
    for (let bits = mask[word] ?? 0; bits !== 0; bits &= bits - 1) {
      const listing = listings[word * 32 + (31 - Math.clz32(bits & -bits))]
      if (listing) found.push(listing)
    }
  }
  return found
}

/** Masks of one filter by its value: alerts of one search ask for the same words and prices again and again. */
function createMasks<Value>(
  rows: readonly Row[],
  test: (row: Row, value: Value) => boolean,
  prepare = (value: Value) => value,
) {
  const cache = new Map<Value, Mask>()
  return (value: Value): Mask => {
    const cached = cache.get(value)
    if (cached) return cached
    const prepared = prepare(value)
    const mask = new Uint32Array(Math.ceil(rows.length / 32))
    for (const [place, row] of rows.entries()) {
      if (test(row, prepared)) mask[place >> 5] = (mask[place >> 5] ?? 0) | (1 << (place & 31))
    }
    cache.set(value, mask)
    return mask
  }
}

function keepAny(left: Mask, masks: readonly Mask[]): void {
  for (let word = 0; word < left.length; word += 1) {
    let any = 0
    for (const mask of masks) any |= mask[word] ?? 0
    left[word] = (left[word] ?? 0) & any
  }
}

function removeAny(left: Mask, masks: readonly Mask[]): void {
  for (const mask of masks) {
    for (let word = 0; word < left.length; word += 1) left[word] = (left[word] ?? 0) & ~(mask[word] ?? 0)
  }
}

/**
 * Filters a page for any number of alerts. Every filter of the search is checked again, since the site drops some in silence.
 * Each distinct filter value looks at the rows once, however many alerts share it: 10,000 alerts cost about one lookup a
 * filter each.
 */
export function createPageMatcher(listings: readonly Listing[]): (filters: Filters) => PageMatch {
  const rows = listings.map(toRow)
  const masks = {
    priceMin: createMasks<number>(rows, (row, min) => row.price >= min),
    priceMax: createMasks<number>(rows, (row, max) => row.price <= max),
    totalMax: createMasks<number>(rows, (row, max) => row.total <= max),
    // A condition whose word is unknown is the site's to judge.
    status: createMasks<number>(rows, ({ listing }, id) => listing.conditionId === id || listing.conditionId === null),
    seller: createMasks<string>(rows, (row, seller) => row.sellers.includes(seller), fold),
    brand: createMasks<string>(rows, (row, word) => holdsWord(row.brand, word), fold),
    size: createMasks<string>(rows, (row, word) => holdsWord(row.size, word), fold),
    word: createMasks<string>(rows, (row, word) => holdsWord(row.text, word), fold),
  }
  const all = createMasks<null>(rows, () => true)(null)

  return (filters) => {
    const left = all.slice()
    const dropped: PageMatch['dropped'] = {}
    let count = rows.length
    const after = (reason: DropReason): void => {
      const now = countBits(left)
      if (now < count) dropped[reason] = (dropped[reason] ?? 0) + count - now
      count = now
    }
    /** An empty list is no filter. */
    const apply = <Value>(
      reason: DropReason,
      change: typeof keepAny,
      values: readonly Value[],
      maskOf: (value: Value) => Mask,
    ) => {
      if (values.length === 0) return
      change(left, values.map(maskOf))
      after(reason)
    }
    const {
      priceMin,
      priceMax,
      maxTotalPrice,
      statusIds,
      blockedSellers,
      brands,
      sizes,
      requiredWords,
      excludedWords,
    } = filters
    if (priceMin !== null) keepAny(left, [masks.priceMin(priceMin)])
    if (priceMax !== null) keepAny(left, [masks.priceMax(priceMax)])
    if (priceMin !== null || priceMax !== null) after('price')
    if (maxTotalPrice !== null) {
      keepAny(left, [masks.totalMax(maxTotalPrice)])
      after('total-price')
    }
    apply('condition', keepAny, statusIds, masks.status)
    apply('seller', removeAny, blockedSellers, masks.seller)
    apply('brand', keepAny, brands, masks.brand)
    apply('size', keepAny, sizes, masks.size)
    for (const word of requiredWords) apply('word', keepAny, [word], masks.word)
    apply('excluded-word', removeAny, excludedWords, masks.word)
    return { matched: count === 0 ? [] : rowsOf(left, listings), dropped }
  }
}
