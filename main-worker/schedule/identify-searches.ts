import type { DueAlert } from '#shared/database/runs.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import { searchFamily } from '#shared/marketplaces/vinted/cover-search.ts'

/** Which search an alert of this revision has, and which family that is of. */
export type Identity = { revision: number; searchKey: string; family: string }

/** By alert id. */
export type Identities = ReadonlyMap<string, Identity>

/** Found again in what was known where the alert is the same: half of the time that a plan of 10,000 alerts takes. */
export function identifySearches(due: readonly DueAlert[], known: Identities): Identities {
  return new Map(
    due.map(({ alert, revision }) => {
      const before = known.get(alert.id)
      if (before?.revision === revision) return [alert.id, before]
      return [alert.id, { revision, searchKey: canonicalSearch(alert).key, family: searchFamily(alert) }]
    }),
  )
}
