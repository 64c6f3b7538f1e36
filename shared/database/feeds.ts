import { z } from 'zod'
import { FoundListing } from '../contracts/listing.ts'
import { Id, rpc, Time } from './rpc.ts'

/** What one alert has found, newest first. */
export const AlertFeed = z.object({
  alertId: Id,
  alertName: z.string(),
  language: z.enum(['fr', 'en']),
  /** The search on the market's own site. */
  url: z.string().nullable(),
  createdAt: Time,
  finds: z.array(FoundListing),
})
export type AlertFeed = z.infer<typeof AlertFeed>

export const feedsRpcs = {
  open_feed: rpc({ alert_id: Id, key: z.string() }, z.string().nullable()),
  close_feed: rpc({ alert_id: Id }, z.boolean()),
  read_feed: rpc({ key: z.string(), most: z.int() }, AlertFeed.nullable()),
}
