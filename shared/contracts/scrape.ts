import { z } from 'zod'
import { Listing } from './listing.ts'

/** What a listing's own page says beyond the catalogue row. Unknown is null, never guessed. */
export const ListingPage = z.object({
  kind: z.literal('listing'),
  itemId: z.int(),
  title: z.string(),
  description: z.string().nullable(),
  /** In the seller's currency, which may differ from the market's. */
  price: z.number().nullable(),
  currency: z.string().nullable(),
  brand: z.string().nullable(),
  category: z.string().nullable(),
  color: z.string().nullable(),
  condition: z.string().nullable(),
  photos: z.array(z.string()),
  isForSale: z.boolean().nullable(),
  seller: z.object({ country: z.string().nullable(), rating: z.number().nullable(), reviews: z.number().nullable() }),
})
export type ListingPage = z.infer<typeof ListingPage>

/** The newest page of a search: organic rows in page order. */
export const SearchPage = z.object({
  kind: z.literal('search'),
  listings: z.array(Listing),
  totalEntries: z.int().nullable(),
})
export type SearchPage = z.infer<typeof SearchPage>

export const ScrapeResult = z.discriminatedUnion('kind', [ListingPage, SearchPage])
export type ScrapeResult = z.infer<typeof ScrapeResult>

/** What a canary saw of a market. `newestIds` are the top of the unfiltered newest page. */
export const ProbeResult = z.object({
  task: z.literal('probe-market'),
  market: z.string(),
  verdict: z.string(),
  detail: z.string(),
  newestIds: z.array(z.int()),
})
export type ProbeResult = z.infer<typeof ProbeResult>

export const CustomResult = z.discriminatedUnion('task', [
  ProbeResult,
  z.object({ task: z.literal('clear-session'), market: z.string(), cleared: z.boolean() }),
  z.object({ task: z.literal('collect-evidence'), market: z.string(), verdict: z.string(), evidenceId: z.string() }),
])
export type CustomResult = z.infer<typeof CustomResult>
