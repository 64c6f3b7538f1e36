import { createHash } from 'node:crypto'
import type { FoundListing } from '../contracts/listing.ts'
import type { Notification } from '../database/outbox.ts'
import { listingLink } from '../marketplaces/vinted/listing-link.ts'
import type { OutgoingMessage } from './messaging-provider.ts'

/**
 * What a program gets, as JSON:
 * - `type`: `find` a new listing · `price-drop` · `baseline` an alert's first good check · `digest` several at once ·
 *   `notice` what the fleet says of itself · `test`;
 * - `timestamp`: when it was noticed, ISO 8601;
 * - `data.alerts`: [{id, name}] whose it is; none for a notice;
 * - `data.count`: how many listings it is about, of which `data.listings` are the newest: [{itemId, title, price, totalPrice
 *   with the site's fees or null, currency, url or null, photoUrl, brand, size, condition, market, foundAt}];
 * - `data.text`: the same in words, in the language of the alert.
 */
export type WebhookPayload = {
  type: 'find' | 'price-drop' | 'baseline' | 'digest' | 'notice' | 'test'
  timestamp: string
  data: { alerts: { id: string; name: string }[]; count: number; listings: object[]; text: string }
}

/** Two alerts that match one listing are one thing. */
const thingOf = (notification: Notification): string =>
  'listing' in notification.payload ? `${notification.payload.listing.itemId} ${notification.event}` : notification.id

const typeOfOne = ({ kind, payload }: Notification): WebhookPayload['type'] => {
  if (kind === 'drop') return 'price-drop'
  return 'test' in payload ? 'test' : kind
}

const listingsOf = ({ payload }: Notification): FoundListing[] =>
  'listing' in payload ? [payload.listing] : 'newest' in payload ? payload.newest : []

const countOf = ({ payload }: Notification): number =>
  'listing' in payload ? 1 : 'count' in payload ? payload.count : 0

/** Only what the contract names, whatever else is kept of a listing. */
const toJson = (listing: FoundListing): object => {
  const { itemId, title, price, totalPrice, currency, photoUrl, brand, size, condition, market, foundAt } = listing
  const url = listingLink(listing)
  return { itemId, title, price, totalPrice, currency, url, photoUrl, brand, size, condition, market, foundAt }
}

export function webhookPayload({ notifications, plain }: OutgoingMessage): WebhookPayload {
  const [first] = notifications
  if (!first) throw new Error('a message without a notification')
  const things = [...new Map(notifications.map((notification) => [thingOf(notification), notification])).values()]
  const alerts = new Map(notifications.flatMap(({ alertId, alertName }) => (alertId ? [[alertId, alertName]] : [])))
  return {
    type: things.length > 1 ? 'digest' : typeOfOne(first),
    timestamp: new Date(first.createdAt).toISOString(),
    data: {
      alerts: [...alerts].map(([id, name]) => ({ id, name })),
      count: things.reduce((sum, thing) => sum + countOf(thing), 0),
      listings: things.flatMap(listingsOf).map(toJson),
      text: plain,
    },
  }
}

/**
 * The same for every repeat of the same things, and another for anything else: receivers drop what they have seen. One thing
 * has the id that the outbox shows.
 */
export function webhookId({ notifications }: OutgoingMessage): string {
  const ids = notifications.map(({ id }) => id)
  return ids.length === 1 ? (ids[0] ?? '') : createHash('sha256').update(ids.join(' ')).digest('hex').slice(0, 32)
}
