import { randomUUID } from 'node:crypto'
import type { Alert, Search } from '#shared/contracts/alert.ts'
import type { FoundListing, Listing, Match } from '#shared/contracts/listing.ts'
import type { CheckInput } from '#shared/database/checks.ts'
import { untilAnswered } from '#shared/database/until-answered.ts'
import type { FencedItem } from '#shared/egress/take-slot.ts'
import { logLine } from '#shared/log-lines.ts'
import type { CanonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import { createPageMatcher } from '#shared/marketplaces/vinted/match-page.ts'
import type { Filters } from '#shared/marketplaces/vinted/match-page.ts'
import type { Context } from '../context.ts'
import type { SearchOutcome } from './check-search.ts'

/**
 * Alerts that one answer of the site serves. `ask`: what it is asked. `parts`: those of them that have a narrower search of their
 * own, by that search.
 */
export type SearchedAlerts = {
  search: CanonicalSearch
  ask: Search
  alerts: Alert[]
  parts: Omit<SearchedAlerts, 'parts'>[]
}

/** One alert of a recorded search. */
export type CheckedAlert = { alert: Alert; itemsChecked: number; matches: Match[]; newMatches: number }

function found(listing: Listing, market: string, foundAt: string): FoundListing {
  const { itemId, title, price, totalPrice, currency, url, photoUrl, brand, size, condition, seller } = listing
  const kept = { itemId, title, price, totalPrice, currency, url, photoUrl, brand, size, condition, market, foundAt }
  // Sellers are people: the numeric id is all that a later question ("mute this seller") needs.
  return seller ? { ...kept, seller: { id: seller.id } } : kept
}

const idsOf = (listings: readonly Listing[]): number[] => listings.map(({ itemId }) => itemId)

/** What a narrower search would show of a broader one's page: they differ in their prices only. */
const onlyPrices = ({ priceMin, priceMax }: Search): Filters => ({
  priceMin,
  priceMax,
  maxTotalPrice: null,
  statusIds: [],
  blockedSellers: [],
  brands: [],
  sizes: [],
  requiredWords: [],
  excludedWords: [],
})

/** Filters a page for each alert that it serves and records all of it in one transaction. */
export async function recordSearch(
  context: Context,
  { search, alerts, parts }: SearchedAlerts,
  outcome: SearchOutcome,
  item: FencedItem | null,
  ms: number,
): Promise<{ isRecorded: boolean; alerts: CheckedAlert[] }> {
  const { messaging, clock, workerId, egress, database } = context
  const foundAt = new Date(clock.now()).toISOString()
  const listings = outcome.listings ?? []
  const match = createPageMatcher(listings)
  const shares = alerts.map((alert) => {
    const { matched, dropped } = match(alert)
    return { alert, dropped, matchIds: idsOf(matched) }
  })
  const partOf = new Map(parts.flatMap((part) => part.alerts.map(({ id }) => [id, part.search.key])))
  const wanted = new Set(shares.flatMap((share) => share.matchIds))
  const matched = listings.filter(({ itemId }) => wanted.has(itemId))
  const byId = new Map(matched.map((listing) => [listing.itemId, found(listing, search.market, foundAt)]))
  const check: CheckInput = {
    checkId: randomUUID(),
    runId: item?.runId ?? null,
    attempt: item?.attempt ?? null,
    workerId,
    egress,
    sessionId: outcome.sessionId,
    search,
    verdict: outcome.verdict,
    error: outcome.verdict === 'ok' ? null : outcome.detail,
    ms,
    effect: outcome.effect,
    itemIds: outcome.listings && idsOf(listings),
    parts: parts.map((part) => ({ search: part.search, itemIds: idsOf(match(onlyPrices(part.ask)).matched) })),
    listings: Object.fromEntries(byId),
    alerts: shares.map(({ alert, dropped, matchIds }) => ({
      searchKey: partOf.get(alert.id),
      alertId: alert.id,
      channel: alert.chatId === null ? 'console' : messaging.channel,
      destination: alert.chatId === null || messaging.channel === 'console' ? 'console' : alert.chatId,
      topicId: alert.topicId,
      matchIds,
      dropped,
      itemsChecked: listings.length,
    })),
  }
  // The site was asked, so the answer must not be lost: until the database has it.
  const record = () => database.call('record_check', { check_result: check })
  const recorded = await untilAnswered(record, Infinity, context.logger)
  const told = new Set(recorded.alerts.map(({ alertId }) => alertId))
  // A broader page is no check of an alert that has missed more than it holds.
  const isChecked = ({ alert }: { alert: Alert }): boolean =>
    outcome.verdict !== 'ok' || !partOf.has(alert.id) || told.has(alert.id)
  const checked = shares.filter(isChecked).map(({ alert, matchIds }) => toChecked(alert, matchIds))
  return { isRecorded: recorded.recorded, alerts: checked }

  function toChecked(alert: Alert, matchIds: number[]): CheckedAlert {
    const newIds = new Set(recorded.alerts.find((row) => row.alertId === alert.id)?.newIds ?? [])
    const matches = matchIds.flatMap((id): Match[] => {
      const listing = byId.get(id)
      return listing ? [{ alertId: alert.id, ...listing, isNew: newIds.has(id) }] : []
    })
    for (const match of matches) if (match.isNew) logLine(context.logger, 'match', { alert: alert.name, ...match })
    return { alert, itemsChecked: listings.length, matches, newMatches: newIds.size }
  }
}
