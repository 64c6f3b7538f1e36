import { z } from 'zod'
import { OutboxRow } from './outbox.ts'
import { Id, rpc, Time } from './rpc.ts'

/** A message as the page shows it. */
export const Delivery = OutboxRow.extend({
  /** The order within one transaction. */
  number: z.int(),
  /** Null: about no alert, or about one that is gone. */
  alertName: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

/** `waiting` holds what is being sent, too. */
export const deliveryStates = ['waiting', 'sent', 'failed', 'merged', 'cancelled'] as const

export const DeliveryFilter = z.object({ state: z.enum(deliveryStates), channel: z.string(), destination: z.string() })
export type DeliveryFilter = Partial<z.infer<typeof DeliveryFilter>>

/** The last message of a page: the next one begins behind it. */
export const DeliveryPlace = z.object({ createdAt: Time, number: z.int() })
export type DeliveryPlace = z.infer<typeof DeliveryPlace>

const destination = { channel: z.string(), destination: z.string() }

export const DeliveryTroubles = z.object({
  /** Dead letters by destination, with the newest error; the newest first. */
  letters: z.array(z.object({ ...destination, count: z.int(), error: z.string().nullable() })),
  /** Switched off, with the channel's own words; `count` dead letters wait for them. */
  chats: z.array(z.object({ ...destination, reason: z.string(), count: z.int() })),
  /** Out of reach, `failures` times in a row. */
  channels: z.array(
    z.object({
      channel: z.string(),
      failures: z.int(),
      since: Time.nullable(),
      error: z.string().nullable(),
      nextAt: Time,
    }),
  ),
})
export type DeliveryTroubles = z.infer<typeof DeliveryTroubles>

/** Messages about the alerts of one person or to their own destinations; without `person_id` everybody's. */
const scope = { person_id: Id.nullable().optional(), destinations: z.array(z.string()).optional() }

export const deliveriesRpcs = {
  list_deliveries: rpc(
    { filter: DeliveryFilter.partial(), most: z.int(), before: DeliveryPlace.nullable().optional(), ...scope },
    z.array(Delivery),
  ),
  get_delivery: rpc({ id: Id, ...scope }, Delivery.nullable()),
  read_delivery_troubles: rpc(scope, DeliveryTroubles),
  retry_delivery: rpc({ id: Id, ...scope }, z.object({ alongWith: z.int() }).nullable()),
  retry_deliveries: rpc({ channel: z.string(), destination: z.string().nullable().optional(), ...scope }, z.int()),
}
