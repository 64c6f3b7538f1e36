import type { Alert } from '#shared/contracts/alert.ts'

/** An alert that lets everything pass, with what a test wants to be different. */
export const makeAlert = (over: Partial<Alert> = {}): Alert => ({
  id: '00000000-0000-4000-8000-000000000001',
  name: 'Nike in Paris',
  market: 'fr',
  url: null,
  searchText: 'nike air max',
  catalogIds: [],
  brandIds: [],
  sizeIds: [],
  statusIds: [],
  colorIds: [],
  materialIds: [],
  attributeIds: {},
  priceMin: null,
  priceMax: null,
  maxTotalPrice: null,
  brands: [],
  sizes: [],
  requiredWords: [],
  excludedWords: [],
  blockedSellers: [],
  priceDropPercent: null,
  chatId: null,
  topicId: null,
  language: 'fr',
  isActive: true,
  pausedUntil: null,
  parkedReason: null,
  parkedUntil: null,
  createdAt: '2026-11-21T10:00:00Z',
  lastCheckedAt: null,
  lastMatchAt: null,
  maxMessagesPerHour: null,
  webhookIds: [],
  personId: null,
  ...over,
})

/** A version-4-shaped id that ends in `place`. */
export const uuid = (place: number): string => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`
