import type { WorkerRow } from '#shared/database/rows.ts'
import type { Context } from '../context.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import { workerAvailability } from './worker-availability.ts'

/** 40 of 42 → 95.24; null before the first request. */
export const successRate = ({
  successCount,
  requestCount,
}: Pick<WorkerRow, 'successCount' | 'requestCount'>): number | null =>
  requestCount === 0 ? null : Math.round((successCount / requestCount) * 10_000) / 100

export const toWorkerStats = (worker: WorkerRow) => ({
  id: worker.id,
  name: worker.name,
  region: worker.region,
  url: worker.url,
  isHealthy: worker.isHealthy,
  isDraining: worker.isDraining,
  isBanned: worker.bannedUntil !== null,
  bannedUntil: worker.bannedUntil,
  banReason: worker.banReason,
  requestCount: worker.requestCount,
  successCount: worker.successCount,
  errorCount: worker.errorCount,
  successRate: successRate(worker),
  lastError: worker.lastError,
  lastHealthCheckAt: worker.lastHealthCheckAt,
})

/** How many searches fit one cycle: one request each `meanGapMs` on every address that may work. */
const capacityOf = (egresses: number, everyMs: number, meanGapMs: number): number =>
  Math.floor((egresses * everyMs) / Math.max(1, meanGapMs))

/** With the clock off the documented interval is the yardstick. */
const USUAL_INTERVAL_MS = 300_000

/** `GET /api/v1/worker/main/stats`. */
export async function readStats({ database, config }: Context) {
  const [{ workers, pause }, numbers, due, incidents, restingMarkets] = await Promise.all([
    database.call('read_fleet', {}),
    database.call('read_fleet_numbers', {}),
    database.call('list_due_alerts', {}),
    database.call('list_incidents', {}),
    database.call('list_market_rests', {}),
  ])
  const { available } = workerAvailability(workers)
  const egresses = new Set(available.map((worker) => worker.egress)).size
  const capacity = capacityOf(egresses, config.cycleEveryMs ?? USUAL_INTERVAL_MS, config.meanGapMs)
  const searches = groupDueAlerts(due).length
  return {
    totalWorkers: workers.length,
    availableWorkers: available.length,
    bannedWorkers: workers.filter((worker) => worker.bannedUntil !== null).length,
    unhealthyWorkers: workers.filter((worker) => !worker.isHealthy).length,
    workers: workers.map(toWorkerStats),
    fleet: {
      pause,
      ...numbers,
      incidents,
      restingMarkets,
      capacity: {
        searchesPerCycle: capacity,
        searches,
        warning:
          searches > capacity
            ? `${searches} searches do not fit a cycle of ${capacity}: checks come later than asked`
            : null,
      },
    },
  }
}
