import { z } from 'zod'

/** One row of a catalogue page, in our words. `url` is absolute; unknown texts are null, never guessed. */
export const Listing = z.object({
  itemId: z.int().positive(),
  title: z.string(),
  price: z.number(),
  /** With the site's fees: what the buyer pays; null where the site does not say. */
  totalPrice: z.number().nullable(),
  currency: z.string(),
  url: z.string(),
  photoUrl: z.string().nullable(),
  brand: z.string().nullable(),
  size: z.string().nullable(),
  condition: z.string().nullable(),
  /** The site's id of the condition where its word is known. */
  conditionId: z.int().nullable(),
  seller: z.object({ id: z.int(), login: z.string() }).nullable(),
  isPromoted: z.boolean(),
})
export type Listing = z.infer<typeof Listing>

/** A listing that passes an alert's filters now. `isNew`: this alert had not seen it. */
export const Match = z.object({
  alertId: z.uuid(),
  itemId: z.int().positive(),
  title: z.string(),
  price: z.number(),
  totalPrice: z.number().nullable(),
  currency: z.string(),
  url: z.string(),
  photoUrl: z.string().nullable(),
  brand: z.string().nullable(),
  size: z.string().nullable(),
  condition: z.string().nullable(),
  seller: z.object({ id: z.int() }).optional(),
  market: z.string(),
  foundAt: z.string(),
  isNew: z.boolean(),
})
export type Match = z.infer<typeof Match>

/** A match as it is kept for the message: without the alert, which the message names itself. */
export const FoundListing = Match.omit({ alertId: true, isNew: true })
export type FoundListing = z.infer<typeof FoundListing>
