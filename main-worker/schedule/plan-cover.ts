import type { Search } from '#shared/contracts/alert.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import { spanOf } from '#shared/marketplaces/vinted/cover-search.ts'
import type { Prices } from '#shared/marketplaces/vinted/cover-search.ts'
import { pageLastsMs, planIntervals } from './plan-intervals.ts'
import type { ScheduledSearch } from './plan-schedule.ts'

/** A search that others of its family (searchFamily) may share a page with. */
export type CoverableSearch = ScheduledSearch & {
  search: Search
  family: string
  /** The last good check by its own page. */
  ownAt: number | null
}

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
/**
 * Its own page reaches further back than a part of a broader one: a listing whose price falls into the range later is found there
 * only. Asked every two hours, or every ten of the intervals that it would have by itself: a tenth of the budget at most.
 */
const OWN_PAGE = { everyMs: 2 * HOUR_MS, intervals: 10 }

/** What holds some searches of one family. */
type Hull = {
  prices: Prices
  /** Of the member that would be asked most often by itself. */
  intervalMs: number
  /** What the members show together. */
  listingsPerHour: number
}
type Cover = Hull & { search: Search; searchKey: string; known: KnownPage | undefined }

/** How often each search would be asked by itself, in ms. */
type Intervals = ReadonlyMap<CoverableSearch, number>

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
/** A search by its own page. */
export const alone = (search: CoverableSearch): PlannedRequest => ({ ...search, serves: [search.searchKey] })

function holdsInterval({ known, intervalMs, ...cover }: Cover, now: number): boolean {
  const isKnown = known !== undefined && known.hours >= KNOWN_HOURS
  const listingsPerHour = isKnown ? known.listingsPerHour : cover.listingsPerHour
  const overflow = known?.overflow
  const isOverflowing =
    overflow && now - overflow.at < OVERFLOW.countsMs && intervalMs * OVERFLOW.burst > overflow.hours * HOUR_MS
  return !isOverflowing && intervalMs <= pageLastsMs({ listingsPerHour })
}

/**
 * The requests of a cover. Its page is a check of a search that was checked since the page before (`held`), whose own page is asked
 * more rarely then; any other is asked by itself, and goes along in case that has happened by then (record_check knows). A
 * broader search that nobody asked yet is asked for where to begin.
 */
function requestsOf(
  { search, searchKey, known, intervalMs }: Cover,
  members: readonly CoverableSearch[],
  intervals: Intervals,
  now: number,
): PlannedRequest[] {
  const isHeld = (member: CoverableSearch): boolean =>
    member.searchKey === searchKey ||
    (member.lastCheckedAt !== null && member.lastCheckedAt >= (known?.lastGoodAt ?? Infinity))
  const ownPage = (member: CoverableSearch): PlannedRequest => ({
    ...alone(member),
    lastCheckedAt: member.ownAt ?? member.lastCheckedAt,
    everyMs: Math.max(OWN_PAGE.everyMs, OWN_PAGE.intervals * (intervals.get(member) ?? 0)),
  })
  const held = members.filter(isHeld)
  const others = members.filter((member) => !isHeld(member))
  // A new alert's baseline is its own page.
  const company = [...held, ...others.filter(({ lastCheckedAt }) => lastCheckedAt !== null)]
  if (company.length < 2 || (held.length === 0 && known !== undefined)) return members.map(alone)
  const request = {
    searchKey,
    market: search.market,
    cover: search,
    serves: company.map((member) => member.searchKey),
    findsPerHour: sum(held.map(({ findsPerHour }) => findsPerHour)),
    listingsPerHour: Math.max(...company.map(({ listingsPerHour }) => listingsPerHour), known?.listingsPerHour ?? 0),
  }
  // Before most of what is due, after what is new.
  if (held.length === 0)
    return [...others.map(alone), { ...request, lastCheckedAt: now - 2 * intervalMs, everyMs: intervalMs }]
  const times = held.map(({ lastCheckedAt }) => lastCheckedAt)
  const oldest = Math.min(...times.filter((time) => time !== null))
  return [
    ...others.map(alone),
    ...held.filter((member) => member.searchKey !== searchKey).map(ownPage),
    { ...request, lastCheckedAt: times.includes(null) ? null : oldest },
  ]
}

/** For each place what holds the member there and all after it. */
function hullsOf(members: readonly CoverableSearch[], intervals: Intervals): Hull[] {
  const hulls: Hull[] = []
  for (const member of members.toReversed()) {
    const narrower = hulls.at(-1)
    hulls.push({
      prices: narrower ? spanOf(member.search, narrower.prices) : member.search,
      intervalMs: Math.min(intervals.get(member) ?? Infinity, narrower?.intervalMs ?? Infinity),
      listingsPerHour: member.listingsPerHour + (narrower?.listingsPerHour ?? 0),
    })
  }
  return hulls.toReversed()
}

type KnownPages = (searchKey: string) => KnownPage | undefined

/**
 * Searches that differ in their prices only share the page of a broader one, where that page holds what comes between two
 * checks; the busiest is left out until it does. Each search is checked by one of the requests for certain: its own or a cover.
 * `failed`: covers that are not to be asked now.
 */
export function planCover(
  searches: readonly CoverableSearch[],
  knownPage: KnownPages,
  perHour: number,
  now: number,
  failed: ReadonlySet<string> = new Set(),
): PlannedRequest[] {
  // A shared page is asked about as often as the busiest of them would be by itself.
  const planned = planIntervals(searches, perHour)
  const intervals = new Map(searches.map((search, place) => [search, planned[place] ?? Infinity]))
  const planFamily = (family: readonly CoverableSearch[]): PlannedRequest[] => {
    const [first] = family
    if (!first || family.length === 1) return family.map(alone)
    const members = family.toSorted((one, other) => other.listingsPerHour - one.listingsPerHour)
    const leftOut = new Set(failed)
    for (const [place, hull] of hullsOf(members, intervals).slice(0, -1).entries()) {
      const search = { ...first.search, priceMin: hull.prices.priceMin, priceMax: hull.prices.priceMax }
      const searchKey = canonicalSearch(search).key
      const cover = { ...hull, search, searchKey, known: knownPage(searchKey) }
      if (!leftOut.has(searchKey) && holdsInterval(cover, now))
        return [...members.slice(0, place).map(alone), ...requestsOf(cover, members.slice(place), intervals, now)]
      leftOut.add(members[place]?.searchKey ?? '')
    }
    return members.map(alone)
  }
  const requests: PlannedRequest[] = []
  for (const family of Map.groupBy(searches, (search) => search.family).values()) requests.push(...planFamily(family))
  return requests
}

/** How many requests look at all searches once: a cover and what it serves are one. */
export function countRounds(requests: readonly PlannedRequest[]): number {
  const shared = new Set(requests.flatMap(({ cover, serves }) => (cover ? serves : [])))
  return requests.filter(({ cover, searchKey }) => cover !== undefined || !shared.has(searchKey)).length
}
