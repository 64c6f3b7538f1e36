import type { Search } from '#shared/contracts/alert.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import { coverOf } from '#shared/marketplaces/vinted/cover-search.ts'
import { pageLastsMs, planIntervals } from './plan-intervals.ts'
import type { ScheduledSearch } from './plan-schedule.ts'

/** A search that others of its family (searchFamily) may share a page with. */
export type CoverableSearch = ScheduledSearch & { search: Search; family: string }

/** What the database knows of a search that was asked before, whether or not an alert has exactly that one. Times in ms. */
export type KnownPage = {
  listingsPerHour: number
  /** How long it was watched, fading. */
  hours: number
  lastGoodAt: number
  /** The last page that showed nothing known: it did not hold what had come in so many hours. */
  overflow: { at: number; hours: number } | null
}

/** One request of the schedule and the searches whose alerts go along; `cover` when it is broader than theirs. */
export type PlannedRequest = ScheduledSearch & { serves: string[]; cover?: Search }

const HOUR_MS = 3_600_000
/** Watched for less, what its members show together says more. */
const KNOWN_HOURS = 1
/** So long an overflow counts: as in planning, three times what it held is too much. */
const OVERFLOW = { countsMs: HOUR_MS, burst: 3 }

/** Searches of one family, the search that holds them all, and what is known of that. */
type Cover = { members: CoverableSearch[]; search: Search; searchKey: string; known: KnownPage | undefined }

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
/** A search by its own page. */
export const alone = (search: CoverableSearch): PlannedRequest => ({ ...search, serves: [search.searchKey] })

function holdsInterval({ members, known }: Cover, intervalMs: number, now: number): boolean {
  const shown = sum(members.map((member) => member.listingsPerHour))
  const listingsPerHour = known && known.hours >= KNOWN_HOURS ? known.listingsPerHour : shown
  const overflow = known?.overflow
  const isOverflowing =
    overflow && now - overflow.at < OVERFLOW.countsMs && intervalMs * OVERFLOW.burst > overflow.hours * HOUR_MS
  return !isOverflowing && intervalMs <= pageLastsMs({ listingsPerHour })
}

/**
 * The requests of a cover. Its page is a check of a search that was checked since the page before (`held`); any other is asked by
 * itself too, and goes along in case that has happened by then (record_check knows). A broader search that nobody asked yet is
 * asked once, for where to begin.
 */
function requestsOf({ members, search, searchKey, known }: Cover): PlannedRequest[] {
  const isHeld = (member: CoverableSearch): boolean =>
    member.searchKey === searchKey ||
    (known !== undefined && member.lastCheckedAt !== null && member.lastCheckedAt >= known.lastGoodAt)
  const held = members.filter(isHeld)
  const others = members.filter((member) => !isHeld(member))
  // A new alert's baseline is its own page.
  const company = [...held, ...others.filter(({ lastCheckedAt }) => lastCheckedAt !== null)]
  if (company.length < 2 || (held.length === 0 && known !== undefined)) return members.map(alone)
  const times = held.map(({ lastCheckedAt }) => lastCheckedAt)
  const isDueNow = held.length === 0 || times.includes(null)
  return [
    ...others.map(alone),
    {
      searchKey,
      market: search.market,
      cover: search,
      serves: company.map((member) => member.searchKey),
      lastCheckedAt: isDueNow ? null : Math.min(...times.filter((time) => time !== null)),
      findsPerHour: sum(held.map(({ findsPerHour }) => findsPerHour)),
      listingsPerHour: Math.max(...company.map(({ listingsPerHour }) => listingsPerHour), known?.listingsPerHour ?? 0),
    },
  ]
}

/**
 * Searches that differ in their prices only share the page of a broader one, where that page holds what comes between two
 * checks; the busiest is left out until it does. Each search is checked by one of the requests for certain: its own or a cover.
 */
export function planCover(
  searches: readonly CoverableSearch[],
  knownPage: (searchKey: string) => KnownPage | undefined,
  perHour: number,
  now: number,
): PlannedRequest[] {
  // A shared page is asked about as often as the busiest of them would be by itself.
  const intervals = new Map(planIntervals(searches, perHour).map((ms, place) => [searches[place], ms]))
  const planFamily = ([first, ...others]: CoverableSearch[], leftOut: readonly string[] = []): PlannedRequest[] => {
    if (!first) return []
    if (others.length === 0) return [alone(first)]
    const members = [first, ...others]
    const search = coverOf([first.search, ...others.map((other) => other.search)])
    const { key } = canonicalSearch(search)
    const cover = { members, search, searchKey: key, known: knownPage(key) }
    const intervalMs = Math.min(...members.map((member) => intervals.get(member) ?? Infinity))
    const isRoomy = !leftOut.includes(key) && holdsInterval(cover, intervalMs, now)
    return isRoomy ? requestsOf(cover) : [alone(first), ...planFamily(others, [...leftOut, first.searchKey])]
  }
  return [...Map.groupBy(searches, ({ family }) => family).values()].flatMap((family) =>
    planFamily(family.toSorted((one, other) => other.listingsPerHour - one.listingsPerHour)),
  )
}
