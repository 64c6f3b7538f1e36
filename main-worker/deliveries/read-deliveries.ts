import type { Delivery, DeliveryFilter, DeliveryPlace } from '#shared/database/deliveries.ts'
import type { Context } from '../context.ts'
import { scopeOf } from '../people/access.ts'
import type { Actor } from '../people/access.ts'
import { channelsOf } from './channels-of.ts'
import type { WayOut } from './channels-of.ts'
import { writeDeliveryCursor } from './delivery-cursor.ts'

/** Whose messages: those about a member's alerts and to their own destinations; everybody's without a `person_id`. */
export type DeliveryScope = { person_id: string | null; destinations: string[] }

/** The ways out of a person, and the messages that are theirs to see. */
export async function deliveryScope(
  context: Pick<Context, 'database' | 'channel'>,
  actor: Actor,
): Promise<{ ways: WayOut[]; scope: DeliveryScope }> {
  const ways = await channelsOf(context, actor)
  return { ways, scope: { person_id: scopeOf(actor), destinations: ways.map(({ destination }) => destination) } }
}

type Question = { filter: DeliveryFilter; cursor: DeliveryPlace | null; most: number; scope: DeliveryScope }

/** A page of messages, newest first. `nextCursor` null: nothing is older. */
export async function readDeliveries(
  { database }: Pick<Context, 'database'>,
  { filter, cursor, most, scope }: Question,
): Promise<{ deliveries: Delivery[]; nextCursor: string | null }> {
  // One more than is shown says whether there is more.
  const rows = await database.call('list_deliveries', { filter, most: most + 1, before: cursor, ...scope })
  const deliveries = rows.slice(0, most)
  const last = deliveries.at(-1)
  return { deliveries, nextCursor: rows.length > most && last ? writeDeliveryCursor(last) : null }
}
