import { randomUUID } from 'node:crypto'
import type { FoundListing } from '#shared/contracts/listing.ts'
import type { CheckInput } from '#shared/database/checks.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'

const ROWS = 80
/** Listings that a search did not show the time before. */
export const NEW_ROWS = 3
/** Every fifth row passes the alert's filters. */
const MATCH_EVERY = 5
const FIRST_ID = 7_000_000_000
/** No multiple of five: otherwise the new rows of all searches would pass, or none of them. */
const IDS_PER_SEARCH = 99_991

const listing = (itemId: number, market: string, foundAt: string): FoundListing => ({
  itemId,
  title: `Veste en jean oversize, taille 38, très bon état ${itemId}`,
  price: 24.9,
  totalPrice: 26.85,
  currency: 'EUR',
  url: `https://www.vinted.fr/items/${itemId}-veste-en-jean-oversize-taille-38`,
  photoUrl: `https://images1.vinted.net/t/05_01a2b_${itemId}/f800/1763800000.webp?s=0123456789abcdef`,
  brand: 'Levi’s',
  size: 'M / 38',
  condition: 'Très bon état',
  seller: { id: 100_000_000 + (itemId % 1_000_000) },
  market,
  foundAt,
})

/** The result of a search's page number `time`: 80 rows, newest first, all but three of them known from the page before. */
export function benchResult(group: SearchGroup, place: number, runId: string, time: number): CheckInput {
  const first = group.alerts[0]
  if (!first) throw new Error(`${group.searchKey} has no alert`)
  const newest = FIRST_ID + place * IDS_PER_SEARCH + ROWS + time * NEW_ROWS
  const itemIds = Array.from({ length: ROWS }, (_, row) => newest - row)
  const matchIds = itemIds.filter((id) => id % MATCH_EVERY === 0)
  const foundAt = new Date(1_763_800_000_000 + time).toISOString()
  return {
    checkId: randomUUID(),
    runId,
    attempt: time,
    workerId: 'worker-fr',
    egress: 'worker-fr',
    sessionId: null,
    search: canonicalSearch(first.alert),
    verdict: 'ok',
    error: null,
    ms: 400,
    effect: { kind: 'good' },
    itemIds,
    listings: Object.fromEntries(matchIds.map((id) => [id, listing(id, group.market, foundAt)])),
    alerts: group.alerts.map(({ alert }) => ({
      alertId: alert.id,
      channel: 'telegram',
      destination: alert.chatId ?? 'console',
      topicId: null,
      matchIds,
      dropped: { brand: ROWS - matchIds.length },
      itemsChecked: ROWS,
    })),
  }
}
