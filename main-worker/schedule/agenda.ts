import { homeMarket } from '../alerts/plan-cycle.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { pickSearch } from './plan-schedule.ts'
import type { Plan } from './read-plan.ts'

/** Who asks what next, between one plan and the next. Times are ms of the database's clock. */
export type Agenda = {
  /** Null when nothing is due that this worker may ask. What is taken is nobody else's until it ends. */
  take(workerId: string, now: number): SearchGroup | null
  /** How it ended; one that failed is open to other workers at once. */
  end(workerId: string, searchKey: string, isGood: boolean): void
  /** A new plan knows what was checked meanwhile; what is being asked right now stays taken. */
  replace(plan: Plan): void
  plan(): Plan
  /** Alerts of the plan that nobody has looked at yet. */
  newAlerts(): number
}

/** `mostTries`: on how many workers a search may fail in one window. */
export function createAgenda(first: Plan, mostTries: number): Agenda {
  let plan = first
  const asking = new Set<string>()
  const done = new Set<string>()
  const failed = new Map<string, Set<string>>()
  const mayTry = (searchKey: string, workerId: string): boolean => {
    const on = failed.get(searchKey)
    return on === undefined || (!on.has(workerId) && on.size < mostTries)
  }
  return {
    take(workerId, now) {
      const isOpen = ({ searchKey, market }: { searchKey: string; market: string }): boolean =>
        !asking.has(searchKey) &&
        !done.has(searchKey) &&
        mayTry(searchKey, workerId) &&
        !plan.isResting(workerId, market)
      const search = pickSearch(plan.due, homeMarket(workerId), now, isOpen)
      const group = search && plan.groups.get(search.searchKey)
      if (!group) return null
      asking.add(group.searchKey)
      return group
    },
    end(workerId, searchKey, isGood) {
      asking.delete(searchKey)
      if (isGood) {
        done.add(searchKey)
        failed.delete(searchKey)
      } else failed.set(searchKey, (failed.get(searchKey) ?? new Set()).add(workerId))
    },
    replace(next) {
      plan = next
      done.clear()
    },
    plan: () => plan,
    newAlerts: () =>
      [...plan.groups.values()]
        .filter(({ searchKey }) => !done.has(searchKey))
        .reduce((sum, group) => sum + group.alerts.filter(({ alert }) => alert.lastCheckedAt === null).length, 0),
  }
}
