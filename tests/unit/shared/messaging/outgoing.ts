import type { FoundListing } from '#shared/contracts/listing.ts'
import type { Notification } from '#shared/database/outbox.ts'
import type { OutgoingMessage } from '#shared/messaging/messaging-provider.ts'
import { uuid } from '../make-alert.ts'
import { makeFound } from '../make-listing.ts'

export const note = (over: Partial<Notification> = {}): Notification => ({
  id: uuid(1),
  alertId: uuid(100),
  alertName: 'Nike à Paris',
  language: 'fr',
  kind: 'find',
  event: 'new',
  payload: { listing: makeFound() },
  attempts: 1,
  unclearSends: 0,
  createdAt: '2026-11-22T09:05:01Z',
  ...over,
})

export const outgoing = (...notifications: Notification[]): OutgoingMessage => ({
  html: '',
  plain: 'in words',
  photoUrl: null,
  buttons: [],
  notifications,
})

/** One find of a listing. */
export const find = (listing: Partial<FoundListing> = {}): OutgoingMessage =>
  outgoing(note({ payload: { listing: makeFound(listing) } }))

/** Several things in one message. */
export const digest = (titles: readonly string[]): OutgoingMessage =>
  outgoing(
    ...titles.map((title, place) =>
      note({ id: uuid(place + 1), payload: { listing: makeFound({ itemId: place + 1, title }) } }),
    ),
  )

export const inTime = (): boolean => true
