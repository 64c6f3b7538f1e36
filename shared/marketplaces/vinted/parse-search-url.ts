import { MAX_URL_CHARS } from '../../contracts/alert.ts'
import type { Search } from '../../contracts/alert.ts'
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
const listFields: Readonly<Record<string, IdList>> = {
  catalog: 'catalogIds',
  brand: 'brandIds',
  size: 'sizeIds',
  status: 'statusIds',
  color: 'colorIds',
  material: 'materialIds',
}

const MAX_TEXT_CHARS = 200

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

/** `brand_ids[]`, `brand_ids[0]`, `brand_ids`, `catalog[]`, `status[]`, `attribute_ids[brand]` → the attribute's name. */
function attributeName(parameter: string): string | null {
  const newStyle = /^attribute_ids\[([a-z][a-z0-9_]{0,63})\](?:\[\d*\])?$/.exec(parameter)
  if (newStyle) return newStyle[1] ?? null
  const plain = parameter.replace(/\[\d*\]$/, '')
  if (plain === 'catalog' || plain === 'status') return plain
  return /^([a-z][a-z0-9_]{0,63})_ids?$/.exec(plain)?.[1] ?? null
}

const isId = (text: string): boolean => /^\d{1,15}$/.test(text) && Number(text) > 0

/** `12`, `12.5`, `12,50` → the price with two decimals at most; anything else null. */
function parsePrice(text: string): number | null {
  const plain = text.trim().replace(',', '.')
  return /^\d{1,7}(\.\d{1,4})?$/.test(plain) ? Math.round(Number(plain) * 100) / 100 : null
}

/** The URL behind what was pasted: the scheme may be missing, another one than http(s) may not be there. */
function readUrl(pasted: string): URL | string {
  const text = pasted.trim()
  if (text === '') return 'nothing was pasted'
  if (text.length > MAX_URL_CHARS) return `the link is longer than ${MAX_URL_CHARS} characters`
  if (/[\\\p{Cc}]/u.test(text)) return 'the link holds a backslash or a control character'
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]*:\d+(\/|$)/.test(text) ? text : `https://${text}`)
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

type Draft = { search: Search; ignored: IgnoredPart[] }

function addIds({ search, ignored }: Draft, parameter: string, name: string, value: string): void {
  const parts = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const ids = parts.filter(isId).map(Number)
  const wrong = parts.filter((part) => !isId(part))
  if (wrong.length > 0) ignored.push({ parameter, value: wrong.join(','), reason: 'ids are whole numbers' })
  const field = listFields[name]
  const before = field ? search[field] : (search.attributeIds[name] ?? [])
  const after = [...new Set([...before, ...ids])].sort((a, b) => a - b)
  if (after.length === 0) return
  if (field) search[field] = after
  else search.attributeIds[name] = after
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
  else if (parameter === 'price_from') draft.search.priceMin = price
  else draft.search.priceMax = price
}

function readText(draft: Draft, value: string): void {
  const text = value.normalize('NFKC').trim().replaceAll(/\s+/g, ' ')
  if (text.length > MAX_TEXT_CHARS) {
    draft.ignored.push({ parameter: 'search_text', value, reason: `longer than ${MAX_TEXT_CHARS} characters` })
  } else if (text !== '') draft.search.searchText = text
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
  const draft: Draft = { search: { market: market.id, ...emptySearch, attributeIds: {} }, ignored: [] }
  readPath(draft, url.pathname)
  for (const [parameter, value] of url.searchParams) readParameter(draft, market, parameter, value)
  const understood = (Object.entries(draft.search) as [keyof Search, unknown][])
    .filter(([, value]) => !isUnset(value))
    .map(([field, value]) => ({ field, value }))
  const isSearch = understood.some(({ field }) => !['market', 'priceMin', 'priceMax'].includes(field))
  if (!isSearch)
    return { kind: 'refused', reason: 'the link holds no search: no words, category, brand or other filter' }
  return { kind: 'search', search: draft.search, understood, ignored: draft.ignored }
}
