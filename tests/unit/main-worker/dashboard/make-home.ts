import type { Find, Home } from '#shared/database/live.ts'
import type { FoundListing } from '#shared/contracts/listing.ts'
import { makeFound } from '../../shared/make-listing.ts'
import { makeFleet, makeWorker } from '../make-worker.ts'

export const NOW = Date.parse('2026-11-22T12:00:00Z')

export const makeFind = (listing: Partial<FoundListing> = {}): Find => ({
  alertId: '00000000-0000-4000-8000-000000000001',
  alertName: 'Vestes',
  foundAt: '2026-11-22T11:59:30Z',
  listing: makeFound(listing),
})

/** Two regions at work, one find, nothing wrong. */
export const makeHome = (over: Partial<Home> = {}): Home => ({
  now: new Date(NOW).toISOString(),
  fleet: makeFleet([makeWorker('worker-fr'), makeWorker('worker-us')]),
  lastGoodAt: { 'worker-fr': '2026-11-22T11:59:52Z' },
  sessions: { 'worker-fr': '2026-11-22T11:00:00Z' },
  lastCheckAt: '2026-11-22T11:59:52Z',
  run: null,
  alerts: { active: 1, all: 1 },
  findsLastHour: 1,
  waiting: 0,
  failed: 0,
  incidents: [],
  finds: [makeFind()],
  ...over,
})
