import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { homeMarket, planCycle } from '../../main-worker/alerts/plan-cycle.ts'
import { learnRates, nothingSeen, ratesOf } from '../../main-worker/schedule/learn-rates.ts'
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

/** Ours, every five minutes: equal shares, each result told as soon as it is known. */
export const fiveMinuteCycle: Contender = ({ market, tally, workers, until }) => {
  const ids = Array.from({ length: workers }, (_, worker) => workerId(worker))
  for (let startedAt = 0, ended = 0; startedAt < until; startedAt = Math.max(startedAt + CYCLE_MS, ended)) {
    const byKey = new Map(market.searches.map((search) => [search.key, search]))
    const groups = [...market.searches]
      .sort((one, other) => (one.lastCheckedAt ?? 0) - (other.lastCheckedAt ?? 0))
      .map(({ key, market: id }): SearchGroup => ({ searchKey: key, market: id, alerts: [] }))
    for (const share of planCycle(groups, ids)) {
      let at = startedAt
      for (const { searchKey } of share.groups) {
        ask(market, tally, ids.indexOf(share.workerId), byKey.get(searchKey), at)
        at += gapOf(market)
      }
      ended = Math.max(ended, at)
    }
  }
}

/** Ours, continuous; `perHour` is what it may ask at most. */
export const continuous =
  (perHour: number): Contender =>
  ({ market, tally, workers, until }) => {
    const seen = market.searches.map(() => nothingSeen)
    const free = Array.from({ length: workers }, (_, worker) => ({ worker, at: 0 }))
    for (let now = 0; now < until; now += PLAN_MS) {
      const rated = market.searches.map(({ key, market: id, lastCheckedAt }, place) => ({
        searchKey: key,
        market: id,
        lastCheckedAt,
        ...ratesOf(seen[place] ?? nothingSeen),
      }))
      const due = planSchedule(rated, perHour, now, now + PLAN_MS)
      const asked = new Set<string>()
      for (;;) {
        const next = free.reduce((first, other) => (other.at < first.at ? other : first))
        if (next.at >= now + PLAN_MS) break
        next.at = Math.max(next.at, now)
        const home = homeMarket(workerId(next.worker))
        const pick = pickSearch(due, home, next.at, ({ searchKey }) => !asked.has(searchKey))
        if (pick === null) {
          next.at += IDLE_MS
          continue
        }
        asked.add(pick.searchKey)
        const place = Number(pick.searchKey)
        const search = market.searches[place]
        const lookedBackMs = next.at - (search?.lastCheckedAt ?? next.at)
        const found = ask(market, tally, next.worker, search, next.at)
        if (lookedBackMs > 0) seen[place] = learnRates(seen[place] ?? nothingSeen, found, found, lookedBackMs / HOUR_MS)
        next.at += gapOf(market)
      }
    }
  }

const workerId = (worker: number): string => `worker-${worker}-${['fr', 'us', 'nl', 'uk'][worker % 4]}`

/** Answers how much it brought. */
function ask(market: Market, tally: Tally, worker: number, search: SimulatedSearch | undefined, at: number): number {
  if (!search) return 0
  const listed = market.listed(search, at)
  tally.request(worker, at)
  tally.told(listed, at + ANSWER_MS)
  search.lastCheckedAt = at
  return listed.length
}
