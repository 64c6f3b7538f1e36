import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { homeMarket, planCycle } from '../../main-worker/alerts/plan-cycle.ts'
import { learnRates, nothingSeen, ratesOf } from '../../main-worker/schedule/learn-rates.ts'
import type { SeenRates } from '../../main-worker/schedule/learn-rates.ts'
import { alone, planCover } from '../../main-worker/schedule/plan-cover.ts'
import type { KnownPage, PlannedRequest } from '../../main-worker/schedule/plan-cover.ts'
import { pickSearch, planSchedule } from '../../main-worker/schedule/plan-schedule.ts'
import type { Market, SimulatedSearch } from './market.ts'
import type { Tally } from './tally.ts'

/** Between two requests of one address (REQUEST_DELAY_*), and what an answer takes. */
const GAP_MS = { min: 12_000, max: 25_000 }
const ANSWER_MS = 500
const CYCLE_MS = 300_000
const PLAN_MS = 60_000
const IDLE_MS = 1_000
const HOUR_MS = 3_600_000
/** Of 96 rows, about sixteen are promoted. */
const PAGE_ROWS = 80

export type Stage = { market: Market; tally: Tally; workers: number; until: number }
export type Contender = (stage: Stage) => void

const gapOf = ({ random }: Market): number => GAP_MS.min + random.next() * (GAP_MS.max - GAP_MS.min) + ANSWER_MS
export const fullBudget = (workers: number): number => (workers * HOUR_MS) / ((GAP_MS.min + GAP_MS.max) / 2 + ANSWER_MS)

/** The older system: every five minutes one command a worker, whose one answer counts only if it comes within `timeoutMs`. */
export const original =
  (timeoutMs: number): Contender =>
  ({ market, tally, workers, until }) => {
    for (let startedAt = 0, ended = 0; startedAt < until; startedAt = Math.max(startedAt + CYCLE_MS, ended)) {
      for (let worker = 0; worker < workers; worker += 1) {
        const mine = market.searches.filter((_, place) => place % workers === worker)
        const answers = mine.map((search, place) => ({ search, at: startedAt + place * gapOf(market) + ANSWER_MS }))
        const lastAt = answers.at(-1)?.at ?? startedAt
        for (const { search, at } of answers) {
          tally.request(worker, at)
          // Without an answer nothing was sent, and the next cycle finds the same listings again.
          if (lastAt - startedAt <= timeoutMs) tally.told(market.listed(search, at), lastAt)
        }
        ended = Math.max(ended, lastAt)
      }
    }
  }

/** The first address after some 429s: it waits four times as long. */
export type Slowed = { slowness: 4; isKnown: boolean }

/** Ours, every five minutes: shares by pace, each result told as soon as it is known. */
export const fiveMinuteCycle: Contender = (stage) => playCycles(stage)
/** The same with a slowed address, which the plan may know or not. */
export const slowedCycle =
  (slowed: Slowed): Contender =>
  (stage) =>
    playCycles(stage, slowed)

function playCycles({ market, tally, workers, until }: Stage, slowed?: Slowed): void {
  const ids = Array.from({ length: workers }, (_, worker) => workerId(worker))
  const slownessOf = (id: string): number => (slowed && id === ids[0] ? slowed.slowness : 1)
  const paceOf = (id: string): number => (slowed?.isKnown ? 1 / slownessOf(id) : 1)
  for (let startedAt = 0, ended = 0; startedAt < until; startedAt = Math.max(startedAt + CYCLE_MS, ended)) {
    const byKey = new Map(market.searches.map((search) => [search.key, search]))
    const groups = [...market.searches]
      .sort((one, other) => (one.lastCheckedAt ?? 0) - (other.lastCheckedAt ?? 0))
      .map(({ key, market: id }): SearchGroup => ({ searchKey: key, market: id, alerts: [] }))
    for (const share of planCycle(groups, ids, () => false, paceOf)) {
      let at = startedAt
      for (const { searchKey } of share.groups) {
        ask(market, tally, ids.indexOf(share.workerId), byKey.get(searchKey), at)
        at += gapOf(market) * slownessOf(share.workerId)
      }
      ended = Math.max(ended, at)
    }
  }
}

/** What the database would know of a page that was asked before. */
type Page = { seen: SeenRates; lastGoodAt: number; ownAt: number | null; overflow: KnownPage['overflow'] }

/** What is learned of each page that is asked, as `see_page` and `see_part` do. */
function createPages() {
  const pages = new Map<string, Page>()
  return {
    ratesOf: (key: string) => ratesOf(pages.get(key)?.seen ?? nothingSeen),
    known(key: string): KnownPage | undefined {
      const page = pages.get(key)
      if (!page) return undefined
      const { seen, lastGoodAt, overflow } = page
      return { listingsPerHour: ratesOf(seen).listingsPerHour, hours: seen.hours, lastGoodAt, overflow }
    },
    ownAt: (key: string): number | null => pages.get(key)?.ownAt ?? null,
    /** `isPart`: of the page of a broader search. */
    see(key: string, finds: number, listings: number, at: number, isPart: boolean, isOverflow = false): void {
      const page = pages.get(key)
      const hours = (at - (page?.lastGoodAt ?? at)) / HOUR_MS
      const seen = page ? learnRates(page.seen, finds, listings, hours) : nothingSeen
      const ownAt = isPart ? (page?.ownAt ?? null) : at
      pages.set(key, { seen, lastGoodAt: at, ownAt, overflow: isOverflow ? { at, hours } : (page?.overflow ?? null) })
    },
  }
}

type Pages = ReturnType<typeof createPages>

/** One request and what it tells: nothing to those that a broader page does not hold. */
function askRequest(
  { market, tally }: Stage,
  pages: Pages,
  worker: number,
  request: PlannedRequest,
  at: number,
  byKey: ReadonlyMap<string, SimulatedSearch>,
): void {
  tally.request(worker, at)
  const { searchKey, cover, serves } = request
  const [first] = serves.flatMap((key) => byKey.get(key) ?? [])
  if (!first) return
  const since = pages.known(searchKey)?.lastGoodAt
  const shown = cover ? market.count(first, cover, since ?? at, at) : 0
  const isRoomy = since !== undefined && shown < PAGE_ROWS
  for (const key of serves) {
    const search = byKey.get(key)
    const isHeld = !cover || key === searchKey || (isRoomy && (search?.lastCheckedAt ?? 0) >= since)
    if (!search || !isHeld) continue
    const listed = market.listed(search, at)
    tally.told(listed, at + ANSWER_MS)
    search.lastCheckedAt = at
    if (key !== searchKey || !cover) pages.see(key, listed.length, listed.length, at, key !== searchKey)
  }
  if (cover) pages.see(searchKey, 0, shown, at, false, since !== undefined && !isRoomy)
}

/** Ours, continuous; `perHour` is what it may ask at most. `isSharing`: a broader page may serve several searches. */
export const continuous =
  (perHour: number, isSharing = false): Contender =>
  (stage) => {
    const { market, workers, until } = stage
    const pages = createPages()
    const byKey = new Map(market.searches.map((search) => [search.key, search]))
    const free = Array.from({ length: workers }, (_, worker) => ({ worker, at: 0 }))
    for (let now = 0; now < until; now += PLAN_MS) {
      const rated = market.searches.map(({ key, market: id, lastCheckedAt, search, family }) => ({
        searchKey: key,
        market: id,
        lastCheckedAt,
        search,
        family,
        ownAt: pages.ownAt(key),
        ...pages.ratesOf(key),
      }))
      const requests = isSharing ? planCover(rated, (key) => pages.known(key), perHour, now) : rated.map(alone)
      const byRequest = new Map(requests.map((request) => [request.searchKey, request]))
      const due = planSchedule(requests, perHour, now, now + PLAN_MS)
      const asked = new Set<string>()
      for (;;) {
        const next = free.reduce((first, other) => (other.at < first.at ? other : first))
        if (next.at >= now + PLAN_MS) break
        next.at = Math.max(next.at, now)
        const home = homeMarket(workerId(next.worker))
        const pick = pickSearch(due, home, next.at, ({ searchKey }) => !asked.has(searchKey))
        const request = pick && byRequest.get(pick.searchKey)
        if (!request) {
          // Looks again every second; the seconds in which nothing falls due are skipped.
          const times = due.filter(({ searchKey, dueAt }) => dueAt > next.at && !asked.has(searchKey))
          const wakesAt = Math.min(now + PLAN_MS, ...times.map(({ dueAt }) => dueAt))
          next.at += Math.max(1, Math.ceil((wakesAt - next.at) / IDLE_MS)) * IDLE_MS
          continue
        }
        asked.add(request.searchKey)
        askRequest(stage, pages, next.worker, request, next.at, byKey)
        next.at += gapOf(market)
      }
    }
  }

const workerId = (worker: number): string => `worker-${worker}-${['fr', 'us', 'nl', 'uk'][worker % 4]}`

function ask(market: Market, tally: Tally, worker: number, search: SimulatedSearch | undefined, at: number): void {
  if (!search) return
  tally.request(worker, at)
  tally.told(market.listed(search, at), at + ANSWER_MS)
  search.lastCheckedAt = at
}
