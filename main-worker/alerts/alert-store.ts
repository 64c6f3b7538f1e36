import { randomUUID } from 'node:crypto'
import type { Alert, AlertChanges, Search } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { searchPageUrl } from '#shared/marketplaces/vinted/canonical-search.ts'
import { conditionIds } from '#shared/marketplaces/vinted/conditions.ts'
import { findMarket, marketIds } from '#shared/marketplaces/vinted/markets.ts'
import type { Context } from '../context.ts'

type Issue = { field: string; message: string }

const emptySearch = {
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

/** Attributes that have a field of their own: named twice they would be sent twice. */
const FIELDS_OF_THEIR_OWN = ['brand', 'catalog', 'color', 'material', 'size', 'status']

const hasSearchField = (search: Search): boolean =>
  search.searchText !== null ||
  [search.catalogIds, search.brandIds, search.sizeIds, search.statusIds, search.colorIds, search.materialIds].some(
    (ids) => ids.length > 0,
  ) ||
  Object.values(search.attributeIds).some((ids) => ids.length > 0)

/** What a whole alert must satisfy, beyond the shape of its fields. Each problem names its field. */
function issuesOf(search: Search): Issue[] {
  const issues: Issue[] = []
  if (!findMarket(search.market)) {
    issues.push({
      field: 'market',
      message: `wants one of ${marketIds.join(', ')} (got ${JSON.stringify(search.market)})`,
    })
  }
  if (!hasSearchField(search)) {
    issues.push({
      field: 'searchText',
      message: 'wants at least one search field (searchText or ids); a price alone is no search',
    })
  }
  if (search.priceMin !== null && search.priceMax !== null && search.priceMin > search.priceMax) {
    issues.push({
      field: 'priceMin',
      message: `wants at most priceMax (got ${search.priceMin}, priceMax is ${search.priceMax})`,
    })
  }
  const unknown = search.statusIds.filter((id) => !conditionIds.includes(id))
  if (unknown.length > 0) {
    issues.push({
      field: 'statusIds',
      message: `wants conditions out of ${conditionIds.join(', ')} (got ${unknown.join(', ')})`,
    })
  }
  for (const name of FIELDS_OF_THEIR_OWN.filter((name) => name in search.attributeIds)) {
    issues.push({ field: `attributeIds.${name}`, message: `has a field of its own: ${name}Ids` })
  }
  return issues
}

function requireValid(search: Search): void {
  const issues = issuesOf(search)
  if (issues.length === 0) return
  throw new ProblemError(
    400,
    'VALIDATION_FAILED',
    issues.map(({ field, message }) => `${field}: ${message}`).join('; '),
    { issues },
  )
}

/** What was understood, in a few words. */
function defaultName(search: Search): string {
  const ids = FIELDS_OF_THEIR_OWN.flatMap((name) => {
    const list = search[`${name}Ids` as 'brandIds']
    return list.length > 0 ? [`${name} ${list.join(', ')}`] : []
  })
  return [search.searchText, ...ids, search.market]
    .filter((part) => part !== null)
    .join(' · ')
    .slice(0, 200)
}

/** A new alert; unset values get their defaults. Throws ProblemError 400 naming each field. */
export async function createAlert({ database, config }: Context, input: AlertChanges): Promise<Alert> {
  const { market } = input
  if (market === undefined) {
    const message = 'wants a market id such as "fr" (got nothing)'
    throw new ProblemError(400, 'VALIDATION_FAILED', `market: ${message}`, { issues: [{ field: 'market', message }] })
  }
  const search: Search = { ...emptySearch, ...input, market }
  requireValid(search)
  const alert = {
    ...input,
    name: input.name ?? defaultName(search),
    url: searchPageUrl(search),
    chatId: input.chatId ?? config.defaultChatId,
  }
  return database.call('create_alert', { id: randomUUID(), alert })
}

/** Null when there is none. What the change means for the next check is decided in the database. */
export async function updateAlert({ database }: Context, id: string, changes: AlertChanges): Promise<Alert | null> {
  const current = await database.call('get_alert', { id })
  if (!current) return null
  const search: Search = { ...current, ...changes }
  requireValid(search)
  return database.call('update_alert', { id, changes: { ...changes, url: searchPageUrl(search) } })
}
