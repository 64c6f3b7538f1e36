import type { WorkerRow } from '#shared/database/fleet.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { requestsPerHour } from '../fleet/cycle-capacity.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { nothingSeen, ratesOf } from './learn-rates.ts'
import { planSchedule } from './plan-schedule.ts'
import type { DueSearch } from './plan-schedule.ts'

/** What is due until the plan ends, and who may ask. `now` is the database's clock, in ms. */
export type Plan = {
  now: number
  due: DueSearch[]
  groups: Map<string, SearchGroup>
  workers: Map<string, WorkerRow>
  /** A market that rests on a worker. */
  isResting(workerId: string, market: string): boolean
  isPaused: boolean
}

/** Null before the first check of any of its alerts: a new alert of a known search wants its baseline too. */
function lastCheckedAt({ alerts }: SearchGroup): number | null {
  const times = alerts.map(({ alert }) => (alert.lastCheckedAt === null ? null : Date.parse(alert.lastCheckedAt)))
  return times.includes(null) ? null : Math.min(...times.filter((time) => time !== null))
}

export async function readPlan({ database, config }: Context, planMs: number, signal: AbortSignal): Promise<Plan> {
  const [fleet, alerts, rates, rests] = await Promise.all([
    database.call('read_fleet', {}, signal),
    database.call('list_due_alerts', {}, signal),
    database.call('read_search_rates', {}, signal),
    database.call('list_market_rests', {}, signal),
  ])
  const now = Date.parse(fleet.now)
  const groups = groupDueAlerts(alerts)
  const learned = new Map(rates.map((row) => [row.key, row]))
  const { available } = workerAvailability(fleet.workers)
  const searches = groups.map((group) => ({
    searchKey: group.searchKey,
    market: group.market,
    lastCheckedAt: lastCheckedAt(group),
    ...ratesOf(learned.get(group.searchKey) ?? nothingSeen),
  }))
  return {
    now,
    due: planSchedule(searches, requestsPerHour(available, config.meanGapMs), now, now + planMs),
    groups: new Map(groups.map((group) => [group.searchKey, group])),
    workers: new Map(available.map((worker) => [worker.id, worker])),
    isResting: (workerId, market) => rests.some((rest) => rest.workerId === workerId && rest.market === market),
    isPaused: fleet.pause !== null,
  }
}
