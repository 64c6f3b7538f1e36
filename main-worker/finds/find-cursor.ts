import { z } from 'zod'
import type { FindPlace } from '#shared/database/finds.ts'

const Place = z.tuple([z.iso.datetime({ offset: true }), z.int().positive(), z.uuid()])

/** Where a page ended, as one word for an address. */
export const writeFindCursor = ({ foundAt, itemId, alertId }: FindPlace): string =>
  Buffer.from(JSON.stringify([foundAt, itemId, alertId])).toString('base64url')

/** Null for what no page has ended with. */
export function readFindCursor(text: string): FindPlace | null {
  try {
    const place = Place.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    if (!place.success) return null
    const [foundAt, itemId, alertId] = place.data
    return { foundAt, itemId, alertId }
  } catch {
    return null // No JSON: typed or cut by hand.
  }
}
