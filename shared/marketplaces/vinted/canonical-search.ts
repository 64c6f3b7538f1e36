import { createHash } from 'node:crypto'
import type { Search } from '../../contracts/alert.ts'
import { marketOf, siteOrigin } from './markets.ts'

/** Names of the site's attributes, as the current protocol wants them: `attribute_ids[<name>]`. */
const attributesOf = (search: Search): [name: string, ids: readonly number[]][] => [
  ['brand', search.brandIds],
  ['catalog', search.catalogIds],
  ['color', search.colorIds],
  ['material', search.materialIds],
  ['size', search.sizeIds],
  ['status', search.statusIds],
  ...Object.entries(search.attributeIds),
]

const sortedIds = (ids: readonly number[]): string => [...new Set(ids)].sort((a, b) => a - b).join(',')

/**
 * One spelling for words that read the same: NFKC, single spaces. Control characters are spaces too, a database refuses some.
 */
export const plainWords = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()

/** The parameters that say what is searched, sorted, without blanks: the same list for two spellings of one search. */
export function searchParameters(search: Search): [name: string, value: string][] {
  const parameters: [string, string][] = [
    ...attributesOf(search)
      .filter(([, ids]) => ids.length > 0)
      .map(([name, ids]): [string, string] => [`attribute_ids[${name}]`, sortedIds(ids)]),
    ['search_text', plainWords(search.searchText ?? '').toLowerCase()],
    // From 0 is from anywhere.
    ['price_from', search.priceMin ? String(search.priceMin) : ''],
    ['price_to', search.priceMax === null ? '' : String(search.priceMax)],
    ['currency', !search.priceMin && search.priceMax === null ? '' : marketOf(search.market).currency],
  ]
  return parameters.filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1))
}

export type CanonicalSearch = { key: string; canonical: string; market: string }

/** Alerts with the same key share one request. `canonical` is readable, `key` its hash (an index cannot hold 200 ids). */
export function canonicalSearch(search: Search): CanonicalSearch {
  const canonical = `${search.market}?${searchParameters(search)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')}`
  return {
    key: createHash('sha256').update(canonical).digest('hex').slice(0, 32),
    canonical,
    market: search.market,
  }
}

/** The site's own page for a search, as a person would open it. */
export function searchPageUrl(search: Search): string {
  const market = marketOf(search.market)
  const url = new URL('/catalog', siteOrigin(market))
  for (const [name, ids] of attributesOf(search)) {
    const parameter = name === 'catalog' ? 'catalog[]' : `${name}_ids[]`
    for (const id of sortedIds(ids).split(',').filter(Boolean)) url.searchParams.append(parameter, id)
  }
  if (search.searchText) url.searchParams.set('search_text', search.searchText)
  if (search.priceMin) url.searchParams.set('price_from', String(search.priceMin))
  if (search.priceMax !== null) url.searchParams.set('price_to', String(search.priceMax))
  if (search.priceMin || search.priceMax !== null) url.searchParams.set('currency', market.currency)
  url.searchParams.set('order', 'newest_first')
  return url.href
}
