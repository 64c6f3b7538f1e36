import type { Alert } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'

/** Why a listing of the page is not told; null is a match. */
export type DropReason = 'price' | 'total-price' | 'condition' | 'brand' | 'size' | 'word' | 'excluded-word' | 'seller'

/** Case, accents and typographic forms do not count: "Été" is "ete". */
const fold = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim()

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character)

/** Both folded. A whole word, taken literally: no letter or digit may touch it where it begins or ends with one itself. */
function holdsWord(text: string, word: string): boolean {
  if (word === '') return false
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length
    const isCutBefore = isWordCharacter(word[0]) && isWordCharacter(text[at - 1])
    const isCutAfter = isWordCharacter(word.at(-1)) && isWordCharacter(text[end])
    if (!isCutBefore && !isCutAfter) return true
  }
  return false
}

/** The alert's own filters, prepared once for a page. Every filter of the search is checked again: the site drops some in silence. */
export function matchListing(alert: Alert): (listing: Listing) => DropReason | null {
  const brands = alert.brands.map(fold)
  const sizes = alert.sizes.map(fold)
  const required = alert.requiredWords.map(fold)
  const excluded = alert.excludedWords.map(fold)
  const blocked = new Set(alert.blockedSellers.map(fold))
  const statuses = new Set(alert.statusIds)

  return (listing) => {
    const { price, totalPrice, seller } = listing
    if ((alert.priceMin !== null && price < alert.priceMin) || (alert.priceMax !== null && price > alert.priceMax))
      return 'price'
    if (alert.maxTotalPrice !== null && (totalPrice ?? price) > alert.maxTotalPrice) return 'total-price'
    if (statuses.size > 0 && listing.conditionId !== null && !statuses.has(listing.conditionId)) return 'condition'
    if (seller && (blocked.has(fold(seller.login)) || blocked.has(String(seller.id)))) return 'seller'
    const brand = fold(listing.brand ?? '')
    if (brands.length > 0 && !brands.some((word) => holdsWord(brand, word))) return 'brand'
    const size = fold(listing.size ?? '')
    if (sizes.length > 0 && !sizes.some((word) => holdsWord(size, word))) return 'size'
    const text = `${fold(listing.title)} ${brand}`
    if (!required.every((word) => holdsWord(text, word))) return 'word'
    if (excluded.some((word) => holdsWord(text, word))) return 'excluded-word'
    return null
  }
}
