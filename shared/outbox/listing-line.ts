import type { FoundListing } from '../contracts/listing.ts'
import type { Line, Piece } from '../database/outbox.ts'
import { listingLink } from '../marketplaces/vinted/listing-link.ts'
import { money, texts } from './texts.ts'
import type { Language } from './texts.ts'

export const LONGEST_IN_LIST = 70

/** Characters that turn the direction of the text around them: a title must not rewrite the price beside it. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g

/** What a stranger wrote, on one line and of at most so many characters. */
export const cut = (text: string, most: number): string => {
  const characters = Array.from(text.replaceAll(TURNS, '').replaceAll(/\s+/g, ' ').trim())
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}

type Shown = Pick<FoundListing, 'title' | 'price' | 'totalPrice' | 'currency' | 'url' | 'market'>

export const prices = (listing: Shown, language: Language): string => {
  const price = money(listing.price, listing.currency, language)
  return listing.totalPrice === null
    ? price
    : `${price} (${texts[language].withFees(money(listing.totalPrice, listing.currency, language))})`
}

/** A listing among others: its title, linked, and both prices. */
export function listingLine(listing: Shown, language: Language): Line {
  const link = listingLink(listing)
  const title: Piece = { text: cut(listing.title, LONGEST_IN_LIST) }
  return [{ text: '• ' }, link === null ? title : { ...title, href: link }, { text: ` – ${prices(listing, language)}` }]
}
