import { planIntervals } from './plan-intervals.ts'
import type { RatedSearch } from './plan-intervals.ts'

/** What the schedule knows of a search. Times are ms of one clock. */
export type ScheduledSearch = RatedSearch & {
  market: string
  lastCheckedAt: number | null
  /** Asked so often whatever it brings, in ms; it takes its part of the budget first. */
  everyMs?: number
}

/** When a search is due. `lateness`: how many of its intervals it will be over its time when the plan ends. */
export type DueSearch = { searchKey: string; market: string; intervalMs: number; dueAt: number; lateness: number }

const HOUR_MS = 3_600_000
/** A tenth either way, so that searches that began together do not stay together. */
const JITTER = 0.1
/** Planned a little fuller than the budget: an address that is free finds something due, and lateness absorbs the rest. */
const FULL = 1.05
/** How much later another market's search must be before a worker leaves its home for it. */
const HOME_FIRST = 0.25

/** From 0 to 1, the same for the same check of the same search: a plan made again is the same plan. */
function spread(searchKey: string, lastCheckedAt: number): number {
  let hash = lastCheckedAt | 0
  for (let place = 0; place < searchKey.length; place += 1)
    hash = Math.imul(hash ^ searchKey.charCodeAt(place), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}

function dueOf(search: ScheduledSearch, intervalMs: number, now: number, until: number): DueSearch {
  const { searchKey, market, lastCheckedAt } = search
  // Nobody has looked yet: its owner is waiting for the baseline.
  if (lastCheckedAt === null) return { searchKey, market, intervalMs, dueAt: now, lateness: Infinity }
  const wait = intervalMs * (1 - JITTER + 2 * JITTER * spread(searchKey, lastCheckedAt))
  const dueAt = lastCheckedAt + wait
  return { searchKey, market, intervalMs, dueAt, lateness: (until - dueAt) / intervalMs }
}

/** The searches that fall due until `until`, the latest first: worth a new plan every minute, and when an alert changes. */
export function planSchedule(
  searches: readonly ScheduledSearch[],
  perHour: number,
  now: number,
  until: number,
): DueSearch[] {
  const free = searches.filter(({ everyMs }) => everyMs === undefined)
  const fixedPerHour = searches.reduce((sum, { everyMs }) => sum + (everyMs === undefined ? 0 : HOUR_MS / everyMs), 0)
  const intervals = planIntervals(free, Math.max(0, perHour * FULL - fixedPerHour))
  const planned = new Map(free.map((search, place) => [search, intervals[place] ?? 0]))
  return searches
    .map((search) => dueOf(search, search.everyMs ?? planned.get(search) ?? 0, now, until))
    .filter(({ dueAt }) => dueAt < until)
    .sort((one, other) => other.lateness - one.lateness)
}

/**
 * The search that a free worker asks next, out of a schedule (the latest first); null when none is due that it may ask. Its home
 * market comes first, unless another's search is a quarter of its interval later: nothing starves for want of a home.
 */
export function pickSearch(
  schedule: Iterable<DueSearch>,
  home: string | null,
  now: number,
  isOpen: (search: DueSearch) => boolean,
): DueSearch | null {
  let foreign: DueSearch | null = null
  for (const search of schedule) {
    if (foreign && foreign.lateness - search.lateness >= HOME_FIRST) break
    if (search.dueAt > now || !isOpen(search)) continue
    if (search.market === home) return search
    foreign ??= search
  }
  return foreign
}
