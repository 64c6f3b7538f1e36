import type { WorkerRow } from '#shared/database/fleet.ts'
import type { DueAlert, SearchRates } from '#shared/database/runs.ts'
import { searchFamily } from '#shared/marketplaces/vinted/cover-search.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { requestsPerHour } from '../fleet/cycle-capacity.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { nothingSeen, ratesOf } from './learn-rates.ts'
import { planCover } from './plan-cover.ts'
import type { CoverableSearch, KnownPage, PlannedRequest } from './plan-cover.ts'
import { planSchedule } from './plan-schedule.ts'
import type { DueSearch } from './plan-schedule.ts'

/** The searches that one request serves. */
export type PlannedGroup = SearchGroup & { serves: string[] }

/** What is due until the plan ends, and who may ask. `now` is the database's clock, in ms. */
export type Plan = {
  now: number
  due: DueSearch[]
  groups: Map<string, PlannedGroup>
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

function toSearches(groups: readonly SearchGroup[], learned: ReadonlyMap<string, SearchRates>): CoverableSearch[] {
  return groups.flatMap((group) =>
    group.alerts.slice(0, 1).map(({ alert }) => ({
      searchKey: group.searchKey,
      market: group.market,
      lastCheckedAt: lastCheckedAt(group),
      search: alert,
      family: searchFamily(alert),
      ...ratesOf(learned.get(group.searchKey) ?? nothingSeen),
    })),
  )
}

const toKnownPage = (rates: SearchRates): KnownPage => ({
  listingsPerHour: ratesOf(rates).listingsPerHour,
  hours: rates.hours,
  lastGoodAt: Date.parse(rates.lastGoodAt),
  overflow: rates.overflow && { at: Date.parse(rates.overflow.at), hours: rates.overflow.hours },
})

/** The alerts of everything that a request serves. */
function toGroup(request: PlannedRequest, alertsOf: ReadonlyMap<string, DueAlert[]>): PlannedGroup {
  const { searchKey, market, serves, cover } = request
  const alerts = serves.flatMap((served) => alertsOf.get(served) ?? [])
  return { searchKey, market, serves, alerts, ...(cover && { cover }) }
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
  const knownPage = (key: string): KnownPage | undefined => {
    const row = learned.get(key)
    return row && toKnownPage(row)
  }
  const { available } = workerAvailability(fleet.workers)
  const perHour = requestsPerHour(available, config.meanGapMs)
  const requests = planCover(toSearches(groups, learned), knownPage, perHour, now)
  const alertsOf = new Map(groups.map((group) => [group.searchKey, group.alerts]))
  return {
    now,
    due: planSchedule(requests, perHour, now, now + planMs),
    groups: new Map(requests.map((request) => [request.searchKey, toGroup(request, alertsOf)])),
    workers: new Map(available.map((worker) => [worker.id, worker])),
    isResting: (workerId, market) => rests.some((rest) => rest.workerId === workerId && rest.market === market),
    isPaused: fleet.pause !== null,
  }
}
