import { randomUUID } from 'node:crypto'
import type { Alert } from '../../../shared/contracts/alert.ts'
import type { FoundListing } from '../../../shared/contracts/listing.ts'
import type { CheckInput, RecordedCheck } from '../../../shared/database/checks.ts'
import type { VigieDatabase } from './start-vigie-database.ts'

export const SEARCH = { key: 'a-search', canonical: 'fr?search_text=robe', market: 'fr' }

/** A new active alert in `chat-1`, without a baseline. */
export const makeAlert = (vigie: VigieDatabase, fields: Record<string, unknown> = {}): Promise<Alert> =>
  vigie.call('create_alert', {
    id: randomUUID(),
    alert: { name: 'Robes', market: 'fr', searchText: 'robe', chatId: 'chat-1', ...fields },
  })

export const listing = (itemId: number, price = 20): FoundListing => ({
  itemId,
  title: `Robe ${itemId}`,
  price,
  totalPrice: null,
  currency: 'EUR',
  url: `https://www.vinted.fr/items/${itemId}`,
  photoUrl: null,
  brand: null,
  size: null,
  condition: null,
  market: 'fr',
  foundAt: '2026-11-22T10:00:00.000Z',
})

type Watcher = Pick<Alert, 'id'> & Partial<Alert>

export type CheckOptions = Partial<CheckInput> & {
  /** Prices that are not 20. */
  prices?: Record<number, number>
  /** Which rows of the page an alert takes; all of them by default. */
  takes?: (alert: Watcher, itemId: number) => boolean
}

/** A good answer to a search: its rows from the newest to the oldest. */
export function checkOf(page: readonly number[], alerts: readonly Watcher[], options: CheckOptions = {}): CheckInput {
  const { prices = {}, takes = () => true, ...rest } = options
  return {
    checkId: randomUUID(),
    runId: null,
    attempt: null,
    workerId: 'worker-fr',
    egress: 'worker-fr',
    sessionId: null,
    search: SEARCH,
    verdict: 'ok',
    error: null,
    ms: 120,
    effect: { kind: 'good' },
    itemIds: [...page],
    listings: Object.fromEntries(page.map((id) => [String(id), listing(id, prices[id])])),
    alerts: alerts.map((alert) => ({
      alertId: alert.id,
      channel: 'telegram',
      destination: alert.chatId ?? 'chat-1',
      topicId: alert.topicId ?? null,
      matchIds: page.filter((id) => takes(alert, id)),
      itemsChecked: page.length,
    })),
    ...rest,
  }
}

/** An answer that is no page. */
export const failedCheck = (
  verdict: string,
  alerts: readonly Watcher[],
  options: Partial<CheckInput> = {},
): CheckInput => ({
  ...checkOf([], alerts),
  verdict,
  error: `said ${verdict}`,
  effect: { kind: 'none' },
  itemIds: null,
  ...options,
})

export const record = (vigie: VigieDatabase, check: CheckInput): Promise<RecordedCheck> =>
  vigie.call('record_check', { check_result: check })
