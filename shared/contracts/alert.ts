import { z } from 'zod'

/** Most entries a list of an alert may hold. */
export const MAX_LIST = 200

/** A search with 200 ids in each list is a long link. */
export const MAX_URL_CHARS = 60_000

const Text = z.string().trim().min(1).max(200)
const SiteId = z.int().positive()
const SiteIds = z.array(SiteId).max(MAX_LIST)
const Words = z.array(Text).max(MAX_LIST)
const Price = z.number().min(0).max(9_999_999).multipleOf(0.01)
export const Timestamp = z.iso.datetime({ offset: true })
const AttributeName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'wants a name like "patterns"')

/** What the site is asked for: alerts that agree on all of it share one request. */
const searchFields = {
  market: z.string().regex(/^[a-z]{2}$/, 'wants a market id such as "fr", "us", "nl" or "uk"'),
  searchText: Text.nullable(),
  catalogIds: SiteIds,
  brandIds: SiteIds,
  sizeIds: SiteIds,
  statusIds: SiteIds,
  colorIds: SiteIds,
  materialIds: SiteIds,
  /** Any other attribute of the site, by its name without `_ids`. */
  attributeIds: z.record(AttributeName, SiteIds),
  priceMin: Price.nullable(),
  priceMax: Price.nullable(),
}

/** What is checked here, on every listing of the answer. */
const filterFields = {
  /** Price with the site's fees: what the buyer pays. */
  maxTotalPrice: Price.nullable(),
  brands: Words,
  sizes: Words,
  requiredWords: Words,
  excludedWords: Words,
  blockedSellers: Words,
  /** Tells again when a listing seen before costs at least this many percent less. */
  priceDropPercent: z.number().gt(0).lt(100).nullable(),
}

const deliveryFields = {
  /** Any chat of the channel, as a string; null goes to the default chat. */
  chatId: z.string().trim().min(1).max(100).nullable(),
  topicId: z.int().nullable(),
  language: z.enum(['fr', 'en']),
  /** Above it the last message of the hour is a digest, and the rest waits for the next one; null is no cap. */
  maxMessagesPerHour: z.int().min(1).max(1000).nullable(),
  /** Further ways out beside the chat. */
  webhookIds: z.array(z.uuid()).max(20),
}

const stateFields = { isActive: z.boolean(), pausedUntil: Timestamp.nullable() }

/** Set by Vigie alone; ignored in what a client sends, so that an export can be imported. */
const readOnlyFields = {
  id: z.uuid(),
  parkedReason: z.string().nullable(),
  parkedUntil: Timestamp.nullable(),
  createdAt: Timestamp,
  /** The last good check; null before the baseline. */
  lastCheckedAt: Timestamp.nullable(),
  lastMatchAt: Timestamp.nullable(),
  /** Whose it is; null is the owner's. */
  personId: z.uuid().nullable(),
}

export const Search = z.object(searchFields)
export type Search = z.infer<typeof Search>

/** Prices are in the market's currency, ids are the site's, times are ISO 8601 UTC. */
export const Alert = z.strictObject({
  name: Text,
  url: z.string().max(MAX_URL_CHARS).nullable(),
  ...searchFields,
  ...filterFields,
  ...deliveryFields,
  ...stateFields,
  ...readOnlyFields,
})
export type Alert = z.infer<typeof Alert>

const allOptional = <Shape extends z.core.$ZodShape>(shape: Shape) => z.object(shape).partial().shape

const ignored = Object.fromEntries(Object.keys(readOnlyFields).map((name) => [name, z.unknown().optional()]))

const writable = {
  name: Text.optional(),
  url: z.string().max(MAX_URL_CHARS).nullable().optional(),
  ...allOptional(searchFields),
  ...allOptional(filterFields),
  ...allOptional(deliveryFields),
  ...allOptional(stateFields),
}

type Writable = z.infer<z.ZodObject<typeof writable>>
/** Fields that are named change; JSON has no undefined. */
export type AlertChanges = { [Name in keyof Writable]?: Exclude<Writable[Name], undefined> }

export const withoutReadOnly = (input: Record<string, unknown>): AlertChanges =>
  Object.fromEntries(Object.entries(input).filter(([name]) => !(name in readOnlyFields)))

/** Body of a new alert and of a change to one; what a whole alert must satisfy is checked on the result. */
export const AlertInput = z.strictObject({ ...writable, ...ignored }).transform(withoutReadOnly)

/** Body of a clone: the market and whatever else shall differ. */
export const CloneInput = z
  .strictObject({ ...writable, ...ignored, market: searchFields.market })
  .transform((input) => ({ market: input.market, changes: withoutReadOnly(input) }))
