import type { WorkerRow } from '#shared/database/fleet.ts'
import type { DueAlert } from '#shared/database/runs.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { requestsPerHour } from '../fleet/cycle-capacity.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { countRounds } from './plan-cover.ts'
import type { PlannedRequest } from './plan-cover.ts'
import { planRequests } from './plan-requests.ts'
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

/** The alerts of everything that a request serves. */
function toGroup(request: PlannedRequest, alertsOf: ReadonlyMap<string, DueAlert[]>): PlannedGroup {
  const { searchKey, market, serves, cover } = request
  const alerts = serves.flatMap((served) => alertsOf.get(served) ?? [])
  return { searchKey, market, serves, alerts, ...(cover && { cover }) }
}

/** Notes in the context what the next plan need not find out again, and how many requests a round takes. */
export async function readPlan(
  { database, config, planned }: Context,
  failedCovers: ReadonlySet<string>,
  planMs: number,
  signal: AbortSignal,
): Promise<Plan> {
  const [fleet, alerts, rates, rests] = await Promise.all([
    database.call('read_fleet', {}, signal),
    database.call('list_due_alerts', {}, signal),
    database.call('read_search_rates', {}, signal),
    database.call('list_market_rests', {}, signal),
  ])
  const now = Date.parse(fleet.now)
  const { available } = workerAvailability(fleet.workers)
  const perHour = requestsPerHour(available, config.meanGapMs)
  const known = { rates, identities: planned.identities, failedCovers }
  const { requests, groups, identities } = planRequests(alerts, known, perHour, now)
  planned.identities = identities
  planned.roundRequests = countRounds(requests)
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
