import { z } from 'zod'
import type { DeliveryPlace } from '#shared/database/deliveries.ts'

const Place = z.tuple([z.iso.datetime({ offset: true }), z.coerce.number().int().positive()])

/** Where a page ended, as one word for an address. */
export const writeDeliveryCursor = ({ createdAt, number }: DeliveryPlace): string => `${createdAt}~${number}`

/** Null for what no page has ended with. */
export function readDeliveryCursor(text: string): DeliveryPlace | null {
  const place = Place.safeParse(text.split('~'))
  if (!place.success) return null
  const [createdAt, number] = place.data
  return { createdAt, number }
}
