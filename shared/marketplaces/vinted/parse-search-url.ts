import { MAX_LIST, MAX_URL_CHARS } from '../../contracts/alert.ts'
import type { Search } from '../../contracts/alert.ts'
import { plainWords } from './canonical-search.ts'
import { markets } from './markets.ts'
import type { Market } from './markets.ts'

export type UnderstoodPart = { field: keyof Search; value: unknown }
export type IgnoredPart = { parameter: string; value: string; reason: string }

/** What a pasted link says: a search with everything understood and ignored, or why nothing can be searched with it. */
export type ParsedSearchUrl =
  | { kind: 'search'; search: Search; understood: UnderstoodPart[]; ignored: IgnoredPart[] }
  | { kind: 'refused'; reason: string }

export const emptySearch: Omit<Search, 'market'> = {
  searchText: null,
  catalogIds: [],
  brandIds: [],
  sizeIds: [],
  statusIds: [],
  colorIds: [],
  materialIds: [],
  attributeIds: {},
  priceMin: null,
  priceMax: null,
}

type IdList = 'catalogIds' | 'brandIds' | 'sizeIds' | 'statusIds' | 'colorIds' | 'materialIds'

/** Attributes with a field of their own; any other one keeps its name. */
const listFields = new Map<string, IdList>([
  ['catalog', 'catalogIds'],
  ['brand', 'brandIds'],
  ['size', 'sizeIds'],
  ['status', 'statusIds'],
  ['color', 'colorIds'],
  ['material', 'materialIds'],
])

const MAX_TEXT_CHARS = 200
const MAX_PRICE = 9_999_999

/** Parameters that say how a page is shown, not what is searched. */
const shownOnly = new Set([
  'time',
  'search_id',
  'page',
  'per_page',
  'disabled_personalization',
  'referrer',
  'catalog_from',
])
const isShownOnly = (name: string): boolean =>
  shownOnly.has(name) || name.startsWith('utm_') || name.startsWith('search_by_image_') || name.endsWith('session_id')

/**
 * `brand_ids[]`, `brand_ids[0]`, `brand_ids`, `catalog[]`, `status[]`, `attribute_ids[brand]` → the attribute's name. Old links
 * say `brand_id[]`; an unknown name in the singular (`user_id`, `campaign_id`) is no filter.
 */
function attributeName(parameter: string): string | null {
  const newStyle = /^attribute_ids\[([a-z][a-z0-9_]{0,63})\](?:\[\d*\])?$/.exec(parameter)
  if (newStyle) return newStyle[1] ?? null
  const plain = parameter.replace(/\[\d*\]$/, '')
  if (plain === 'catalog' || plain === 'status') return plain
  const [, name = '', plural = ''] = /^([a-z][a-z0-9_]{0,63})_id(s?)$/.exec(plain) ?? []
  return plural !== '' || listFields.has(name) ? name : null
}

const isId = (text: string): boolean => /^\d{1,15}$/.test(text) && Number(text) > 0

/** `12`, `12.5`, `12,50` → the price; anything else null, `1,234` too: it could be 1.23 or 1234. */
function parsePrice(text: string): number | null {
  const plain = text.trim().replace(',', '.')
  return /^\d{1,7}(\.\d{1,2})?$/.test(plain) && Number(plain) <= MAX_PRICE ? Number(plain) : null
}

/** The URL behind what was pasted: the scheme may be missing, another one than http(s) may not be there. */
function readUrl(pasted: string): URL | string {
  const text = pasted.trim()
  if (text === '') return 'nothing was pasted'
  if (text.length > MAX_URL_CHARS) return `the link is longer than ${MAX_URL_CHARS} characters`
  if (/\s/.test(text)) return 'the link holds a space: paste the link alone, without text around it'
  if (/[\\\p{Cc}]/u.test(text)) return 'the link holds a backslash or a control character'
  const url = URL.parse(
    /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/?#]*:\d+([/?#]|$)/.test(text) ? text : `https://${text}`,
  )
  if (!url) return 'this is not a link'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `links start with https:// (got ${url.protocol})`
  if (url.username !== '' || url.password !== '') return 'the link holds a user name'
  if (url.port !== '') return `the link names a port (${url.port})`
  return url
}

const marketOfHost = (host: string): Market | undefined => {
  const plain = host.toLowerCase().replace(/^www\./, '')
  return markets.find((market) => market.host === plain)
}

type Draft = { search: Search; ids: Map<string, Set<number>>; ignored: IgnoredPart[] }

function addIds({ ids, ignored }: Draft, parameter: string, name: string, value: string): void {
  const parts = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const wrong = parts.filter((part) => !isId(part))
  if (wrong.length > 0) ignored.push({ parameter, value: wrong.join(','), reason: 'ids are whole numbers' })
  const known = ids.get(name) ?? new Set()
  for (const part of parts.filter(isId)) known.add(Number(part))
  if (known.size > 0) ids.set(name, known)
}

/** Sorted once, at the end: a long link may hold thousands of ids. */
function settleIds({ search, ids }: Draft): void {
  for (const [name, known] of ids) {
    const sorted = [...known].sort((a, b) => a - b)
    const field = listFields.get(name)
    if (field) search[field] = sorted
    else search.attributeIds[name] = sorted
  }
}

type Scalar = 'searchText' | 'priceMin' | 'priceMax'

/** Of two different values the last one counts; the other one is listed. */
function setScalar<Field extends Scalar>(draft: Draft, parameter: string, field: Field, value: Search[Field]): void {
  const before = draft.search[field]
  if (before !== null && before !== value) {
    draft.ignored.push({ parameter, value: String(before), reason: 'given again with another value' })
  }
  draft.search[field] = value
}

/** `/catalog/1904-women`, `/brand/53-nike`, `/catalog`; anything else of the site is ignored and listed. */
function readPath(draft: Draft, path: string): void {
  const part = /^\/(?:[a-z]{2}\/)?(catalog|brand)\/(\d{1,15})(?:-[^/]*)?\/?$/.exec(path)
  if (part?.[1] && part[2]) addIds(draft, 'path', part[1], part[2])
  else if (!/^\/(?:[a-z]{2}\/)?(catalog\/?)?$/.test(path)) {
    draft.ignored.push({ parameter: 'path', value: path, reason: 'not a search page' })
  }
}

function readPrice(draft: Draft, parameter: 'price_from' | 'price_to', value: string): void {
  const price = parsePrice(value)
  if (price === null) draft.ignored.push({ parameter, value, reason: 'not a price' })
  // From 0 is from anywhere.
  else if (parameter === 'price_to' || price > 0)
    setScalar(draft, parameter, parameter === 'price_from' ? 'priceMin' : 'priceMax', price)
}

function readText(draft: Draft, value: string): void {
  const text = plainWords(value)
  if (text.length > MAX_TEXT_CHARS) {
    draft.ignored.push({ parameter: 'search_text', value, reason: `longer than ${MAX_TEXT_CHARS} characters` })
  } else if (text !== '') setScalar(draft, 'search_text', 'searchText', text)
}

function readParameter(draft: Draft, market: Market, parameter: string, value: string): void {
  const { ignored } = draft
  const attribute = attributeName(parameter)
  if (value.trim() === '' || isShownOnly(parameter)) return
  if (parameter === 'search_text') readText(draft, value)
  else if (parameter === 'price_from' || parameter === 'price_to') readPrice(draft, parameter, value)
  else if (parameter === 'order') {
    if (value !== 'newest_first')
      ignored.push({ parameter, value, reason: 'an alert always looks at the newest first' })
  } else if (parameter === 'currency') {
    if (value !== market.currency)
      ignored.push({ parameter, value, reason: `prices of this market are in ${market.currency}` })
  } else if (attribute !== null) addIds(draft, parameter, attribute, value)
  else ignored.push({ parameter, value: value.slice(0, 200), reason: 'unknown parameter' })
}

const isUnset = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0)

/**
 * Any search link of any market → its search. `+` is a space and `%2B` a plus, as the site reads them. How a page is shown
 * (order, page, time …) is dropped: two pastes of one search are one search.
 */
export function parseSearchUrl(pasted: string): ParsedSearchUrl {
  const url = readUrl(pasted)
  if (typeof url === 'string') return { kind: 'refused', reason: url }
  const market = marketOfHost(url.hostname)
  if (!market) return { kind: 'refused', reason: `${url.hostname} is not a Vinted site` }
  const draft: Draft = { search: { market: market.id, ...emptySearch, attributeIds: {} }, ids: new Map(), ignored: [] }
  readPath(draft, url.pathname)
  for (const [parameter, value] of url.searchParams) readParameter(draft, market, parameter, value)
  const tooMany = [...draft.ids].find(([, known]) => known.size > MAX_LIST)
  if (tooMany) {
    return { kind: 'refused', reason: `the link holds ${tooMany[1].size} ${tooMany[0]} ids, more than ${MAX_LIST}` }
  }
  settleIds(draft)
  const understood = (Object.entries(draft.search) as [keyof Search, unknown][])
    .filter(([, value]) => !isUnset(value))
    .map(([field, value]) => ({ field, value }))
  const isSearch = understood.some(({ field }) => !['market', 'priceMin', 'priceMax'].includes(field))
  if (!isSearch)
    return { kind: 'refused', reason: 'the link holds no search: no words, category, brand or other filter' }
  return { kind: 'search', search: draft.search, understood, ignored: draft.ignored }
}
