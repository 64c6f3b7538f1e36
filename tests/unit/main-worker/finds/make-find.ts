import type { ComparedFind } from '../../../../main-worker/finds/read-finds.ts'
import { makeFound } from '../../shared/make-listing.ts'

export const ALERT_ID = '0f5d5a5e-1111-4222-8333-444455556666'

export const makeFind = (over: Partial<ComparedFind> = {}): ComparedFind => ({
  alertId: ALERT_ID,
  alertName: 'Nike',
  itemId: 9_547_136_593,
  foundAt: '2026-11-22T09:05:00.123456+00:00',
  price: 30,
  listing: makeFound(),
  mark: null,
  sale: null,
  comparison: null,
  ...over,
})
