import { z } from 'zod'
import { deliveryStates } from '#shared/database/deliveries.ts'
import type { DeliveryFilter, DeliveryPlace } from '#shared/database/deliveries.ts'
import { readDeliveryCursor } from './delivery-cursor.ts'

const Query = z.object({
  status: z.enum(deliveryStates).optional().catch(undefined),
  channel: z
    .string()
    .regex(/^[a-z]{1,30}$/)
    .optional()
    .catch(undefined),
  destination: z.string().min(1).max(100).optional().catch(undefined),
  cursor: z.string().max(100).optional().catch(undefined),
})

/** `typed` is what of it an address repeats. */
export type DeliveryPage = { filter: DeliveryFilter; cursor: DeliveryPlace | null; typed: Record<string, string> }

/** There is nothing to type but choices of lists: what is none of them was cut from an address by hand, and is left out. */
export function parseDeliveryPage(query: Record<string, string | string[]>): DeliveryPage {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
  const { status, channel, destination, cursor } = Query.parse(given)
  const typed = {
    ...(status !== undefined && { status }),
    ...(channel !== undefined && { channel }),
    ...(destination !== undefined && { destination }),
  }
  const { status: state, ...place } = typed
  return {
    filter: { ...place, ...(state !== undefined && { state }) },
    cursor: cursor === undefined ? null : readDeliveryCursor(cursor),
    typed,
  }
}
