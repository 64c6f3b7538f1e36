import { createPageMatcher } from '#shared/marketplaces/vinted/match-page.ts'
import type { DropReason, Filters } from '#shared/marketplaces/vinted/match-page.ts'
import type { Listing } from '#shared/contracts/listing.ts'

export const matchListing =
  (alert: Filters) =>
  (listing: Listing): DropReason | null => {
    const { dropped } = createPageMatcher([listing])(alert)
    return (Object.keys(dropped)[0] as DropReason | undefined) ?? null
  }
