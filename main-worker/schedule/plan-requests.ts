import type { DueAlert, SearchRates } from '#shared/database/runs.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { identifySearches } from './identify-searches.ts'
import type { Identities } from './identify-searches.ts'
import { nothingSeen, ratesOf } from './learn-rates.ts'
import { planCover } from './plan-cover.ts'
import type { CoverableSearch, KnownPage, PlannedRequest } from './plan-cover.ts'

/** Null before the first check of any of its alerts: a new alert of a known search wants its baseline too. */
function lastCheckedAt({ alerts }: SearchGroup): number | null {
  const times = alerts.map(({ alert }) => (alert.lastCheckedAt === null ? null : Date.parse(alert.lastCheckedAt)))
  return times.includes(null) ? null : Math.min(...times.filter((time) => time !== null))
}

function toSearch(
  group: SearchGroup,
  { alert }: DueAlert,
  family: string,
  rates: SearchRates | undefined,
): CoverableSearch {
  const { searchKey, market } = group
  const { findsPerHour, listingsPerHour } = ratesOf(rates ?? nothingSeen)
  const ownAt = rates?.ownAt ? Date.parse(rates.ownAt) : null
  const known = { lastCheckedAt: lastCheckedAt(group), ownAt, findsPerHour, listingsPerHour }
  return { searchKey, market, search: alert, family, ...known }
}

const toKnownPage = (rates: SearchRates): KnownPage => ({
  listingsPerHour: ratesOf(rates).listingsPerHour,
  hours: rates.hours,
  lastGoodAt: Date.parse(rates.lastGoodAt),
  overflow: rates.overflow && { at: Date.parse(rates.overflow.at), hours: rates.overflow.hours },
})

export type Known = {
  rates: readonly SearchRates[]
  /** Of the plan before. */
  identities: Identities
  /** Covers that are not to be asked now. */
  failedCovers: ReadonlySet<string>
}

/** The requests that look at all alerts, and the searches they serve. `perHour`: what may be asked; `now` in ms. */
export function planRequests(
  alerts: readonly DueAlert[],
  { rates, identities: before, failedCovers }: Known,
  perHour: number,
  now: number,
): { requests: PlannedRequest[]; groups: SearchGroup[]; identities: Identities } {
  const identities = identifySearches(alerts, before)
  const groups = groupDueAlerts(alerts, ({ alert }) => identities.get(alert.id)?.searchKey ?? '')
  const learned = new Map(rates.map((row) => [row.key, row]))
  const knownPage = (key: string): KnownPage | undefined => {
    const row = learned.get(key)
    return row && toKnownPage(row)
  }
  const searches: CoverableSearch[] = []
  for (const group of groups) {
    const [first] = group.alerts
    const family = identities.get(first?.alert.id ?? '')?.family
    if (first && family !== undefined) searches.push(toSearch(group, first, family, learned.get(group.searchKey)))
  }
  return { requests: planCover(searches, knownPage, perHour, now, failedCovers), groups, identities }
}
