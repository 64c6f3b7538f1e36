import { z } from 'zod'
import { FoundListing } from '../contracts/listing.ts'
import { Id, rpc, Time } from './rpc.ts'

/** What a person thought of a find; null is nothing yet. */
export const Mark = z.enum(['kept', 'dismissed'])
export type Mark = z.infer<typeof Mark>

/** `not-for-sale`: sold or reserved, which the site does not tell apart; `unknown`: its page does not say. */
export const SaleState = z.enum(['for-sale', 'not-for-sale', 'gone', 'unknown'])
export type SaleState = z.infer<typeof SaleState>

/** One find of the history. */
export const FindRow = z.object({
  alertId: Id,
  alertName: z.string(),
  itemId: z.int(),
  foundAt: Time,
  /** The lowest the alert has told of; `listing` is as it was found. */
  price: z.number(),
  listing: FoundListing,
  mark: Mark.nullable(),
  /** What the listing's own page said when somebody asked; null: nobody has. */
  sale: z.object({ state: SaleState, askedAt: Time }).nullable(),
})
export type FindRow = z.infer<typeof FindRow>

export const FindFilter = z.object({
  /** All of them are in the title, in any case, with or without accents. */
  words: z.array(z.string()),
  alertId: Id,
  market: z.string(),
  mark: z.enum(['kept', 'dismissed', 'new']),
  since: Time,
  until: Time,
  priceMin: z.number(),
  priceMax: z.number(),
})
export type FindFilter = Partial<z.infer<typeof FindFilter>>

/** The last find of a page: the next one begins behind it. */
export const FindPlace = z.object({ foundAt: Time, itemId: z.int(), alertId: Id })
export type FindPlace = z.infer<typeof FindPlace>

export const Median = z.object({
  alertId: Id,
  price: z.number(),
  /** Of how many. */
  listings: z.int(),
})
export type Median = z.infer<typeof Median>

export const AlertChoice = z.object({ id: Id, name: z.string(), market: z.string() })
export type AlertChoice = z.infer<typeof AlertChoice>

const key = { alert_id: Id, item_id: z.int() }
/** Whose alerts; null is everybody's. */
const scope = { person_id: Id.nullable().optional() }

export const findsRpcs = {
  list_finds: rpc(
    { filter: FindFilter.partial(), most: z.int(), before: FindPlace.nullable().optional(), ...scope },
    z.array(FindRow),
  ),
  get_find: rpc({ ...key, ...scope }, FindRow.nullable()),
  mark_find: rpc({ ...key, mark: Mark.nullable(), ...scope }, FindRow.nullable()),
  save_sale: rpc({ ...key, state: SaleState }, FindRow.nullable()),
  read_medians: rpc({ alert_ids: z.array(Id) }, z.array(Median)),
  list_find_alerts: rpc({ most: z.int(), ...scope }, z.array(AlertChoice)),
}
