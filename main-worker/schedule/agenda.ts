import { homeMarket } from '../alerts/plan-cycle.ts'
import { pickSearch } from './plan-schedule.ts'
import type { Plan, PlannedGroup } from './read-plan.ts'

/** How a request ended; `unknown`: it says nothing of the worker (the database was away). */
export type RequestEnd = 'good' | 'failed' | 'unknown'

/** Who asks what next, between one plan and the next. Times are ms of the database's clock. */
export type Agenda = {
  /** Null when nothing is due that this worker may ask. What is taken is nobody else's until it ends. */
  take(workerId: string, now: number): PlannedGroup | null
  /** One that failed is open to other workers at once, one with an unknown end to all of them. */
  end(workerId: string, searchKey: string, end: RequestEnd, now: number): void
  /** A new plan knows what was checked before it was read; what is being asked right now stays taken. */
  replace(plan: Plan): void
  /** What failed may be asked by anybody again. */
  forgive(): void
  plan(): Plan
  /** Alerts of the plan that nobody has looked at yet. */
  newAlerts(): number
}

/** `mostTries`: on how many workers a search may fail until that is forgiven. */
export function createAgenda(first: Plan, mostTries: number): Agenda {
  let plan = first
  /** The searches of each request under way: two pages of one search at a time would each be the older to the other. */
  const asking = new Map<string, readonly string[]>()
  const asked = new Set<string>()
  /** When it ended well. */
  const done = new Map<string, number>()
  const failed = new Map<string, Set<string>>()
  const mayTry = (searchKey: string, workerId: string): boolean => {
    const on = failed.get(searchKey)
    return on === undefined || (!on.has(workerId) && on.size < mostTries)
  }
  return {
    take(workerId, now) {
      const isOpen = ({ searchKey, market }: { searchKey: string; market: string }): boolean =>
        !asking.has(searchKey) &&
        !plan.groups.get(searchKey)?.serves.some((served) => asked.has(served)) &&
        !done.has(searchKey) &&
        mayTry(searchKey, workerId) &&
        !plan.isResting(workerId, market)
      const search = pickSearch(plan.due, homeMarket(workerId), now, isOpen)
      const group = search && plan.groups.get(search.searchKey)
      if (!group) return null
      asking.set(group.searchKey, group.serves)
      for (const served of group.serves) asked.add(served)
      return group
    },
    end(workerId, searchKey, end, now) {
      for (const served of asking.get(searchKey) ?? []) asked.delete(served)
      asking.delete(searchKey)
      if (end === 'good') {
        done.set(searchKey, now)
        failed.delete(searchKey)
      } else if (end === 'failed') failed.set(searchKey, (failed.get(searchKey) ?? new Set()).add(workerId))
    },
    replace(next) {
      // Two plans may be read at a time, and the older one come last.
      if (next.now < plan.now) return
      plan = next
      for (const [searchKey, endedAt] of done) if (endedAt < next.now) done.delete(searchKey)
    },
    forgive: () => failed.clear(),
    plan: () => plan,
    newAlerts: () =>
      [...plan.groups.values()]
        .filter(({ searchKey }) => !done.has(searchKey))
        .reduce((sum, group) => sum + group.alerts.filter(({ alert }) => alert.lastCheckedAt === null).length, 0),
  }
}
