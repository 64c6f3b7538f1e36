import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { Search, withoutReadOnly } from '#shared/contracts/alert.ts'
import type { Alert, AlertChanges } from '#shared/contracts/alert.ts'
import { invalidField, ProblemError } from '#shared/errors.ts'
import { searchPageUrl } from '#shared/marketplaces/vinted/canonical-search.ts'
import { conditionIds } from '#shared/marketplaces/vinted/conditions.ts'
import { findMarket, marketIds } from '#shared/marketplaces/vinted/markets.ts'
import { emptySearch, parseSearchUrl } from '#shared/marketplaces/vinted/parse-search-url.ts'
import type { IgnoredPart, UnderstoodPart } from '#shared/marketplaces/vinted/parse-search-url.ts'
import type { Context } from '../context.ts'
import { requireWebhooks } from '../webhooks/require-webhooks.ts'

type Issue = { field: string; message: string }

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

function requireValid(search: Search): Search {
  const issues = issuesOf(search)
  if (issues.length === 0) return search
  throw new ProblemError(
    400,
    'VALIDATION_FAILED',
    issues.map(({ field, message }) => `${field}: ${message}`).join('; '),
    { issues },
  )
}

/** What was understood, in a few words. */
export function defaultName(search: Search): string {
  const ids = FIELDS_OF_THEIR_OWN.flatMap((name) => {
    const list = search[`${name}Ids` as 'brandIds']
    return list.length > 0 ? [`${name} ${list.join(', ')}`] : []
  })
  return [search.searchText, ...ids, search.market]
    .filter((part) => part !== null)
    .join(' · ')
    .slice(0, 200)
}

type Pasted = { understood: UnderstoodPart[]; ignored: IgnoredPart[] }

/** A pasted link with the fields beside it laid over; without a link the fields alone. Throws ProblemError 400. */
export function readInput(input: AlertChanges): { search: Search; pasted: Pasted | null } {
  if (input.url !== undefined && input.url !== null) {
    const parsed = parseSearchUrl(input.url)
    if (parsed.kind === 'refused') throw invalidField('url', parsed.reason)
    const search = { ...parsed.search, ...input, market: input.market ?? parsed.search.market }
    return { search: requireValid(search), pasted: { understood: parsed.understood, ignored: parsed.ignored } }
  }
  if (input.market === undefined) throw invalidField('market', 'wants a market id such as "fr", or a url (got nothing)')
  return { search: requireValid({ ...emptySearch, ...input, market: input.market }), pasted: null }
}

const onlySearch = (search: Search): Search => Search.parse(search)

/** Whose a new alert is and where it tells: the owner's and the default chat when nothing is said. */
type By = { id?: string; personId?: string | null; chatId?: string | null }

/** What the database keeps of an input; unset values get their defaults. Throws ProblemError 400 naming each field. */
export function toNewAlert(input: AlertChanges, chatId: string | null): { alert: AlertChanges; pasted: Pasted | null } {
  const { search, pasted } = readInput(input)
  const alert = {
    ...input,
    ...onlySearch(search),
    name: input.name ?? defaultName(search),
    url: searchPageUrl(search),
    chatId: input.chatId ?? chatId,
  }
  return { alert, pasted }
}

/** A new alert; the same `id` again answers with the alert that is there. Throws ProblemError 400 naming each field. */
export async function createAlert(
  { database }: Pick<Context, 'database'>,
  input: AlertChanges,
  { id = randomUUID(), personId = null, chatId = null }: By = {},
): Promise<Alert & Partial<Pasted>> {
  const { alert, pasted } = toNewAlert(input, chatId)
  await requireWebhooks(database, input.webhookIds, personId)
  alert.chatId ??= await database.call('get_owner_chat', {})
  return { ...(await database.call('create_alert', { id, alert, person_id: personId })), ...pasted }
}

const SEARCH_FIELDS = Object.keys(Search.shape)

/** The fields of a search that two of them differ in. */
export const changedSearchFields = (before: Search, after: Search): string[] =>
  SEARCH_FIELDS.filter((name) => !isDeepStrictEqual(before[name as keyof Search], after[name as keyof Search] ?? null))

/** Null when there is none. What the change means for the next check is decided in the database. */
export async function updateAlert(
  { database }: Pick<Context, 'database'>,
  id: string,
  changes: AlertChanges,
): Promise<Alert | null> {
  const current = await database.call('get_alert', { id })
  if (!current) return null
  await requireWebhooks(database, changes.webhookIds, current.personId)
  const { url, ...fields } = changes
  // A new link replaces the whole search; fields change what they name, and nothing else: another change may be under way.
  if (url !== undefined && url !== null && url !== current.url) {
    const search = onlySearch(readInput(changes).search)
    return database.call('update_alert', { id, changes: { ...fields, ...search, url: searchPageUrl(search) } })
  }
  const search = onlySearch(requireValid({ ...current, ...fields }))
  const isOther = changedSearchFields(current, search).length > 0
  return database.call('update_alert', { id, changes: { ...fields, ...(isOther && { url: searchPageUrl(search) }) } })
}

/** The same alert for another market: ids mean the same everywhere; prices are kept as numbers. Null when there is none. */
export async function cloneAlert(
  context: Pick<Context, 'database'>,
  id: string,
  market: string,
  changes: AlertChanges,
): Promise<Alert | null> {
  const original = await context.database.call('get_alert', { id })
  if (!original) return null
  const { url: _url, pausedUntil: _pausedUntil, isActive: _isActive, ...kept } = original
  const name = `${original.name.slice(0, 190)} (${market})`
  // It stays with whose the original is.
  return createAlert(context, { ...withoutReadOnly(kept), name, ...changes, market }, { personId: original.personId })
}
