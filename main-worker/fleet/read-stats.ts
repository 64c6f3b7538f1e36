import type { Incident } from '#shared/database/incidents.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import type { Context } from '../context.ts'
import { incidentWords } from '#shared/incidents/incident-texts.ts'
import type { IncidentWords } from '#shared/incidents/incident-texts.ts'
import { cycleCapacity } from './cycle-capacity.ts'
import { freshness } from './freshness.ts'
import { readSearches } from './read-searches.ts'
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

/** What, where, since, until, why; what the product does about it and what the owner can do. */
const toIncidentStats = (incident: Incident): Incident & IncidentWords => ({
  ...incident,
  ...incidentWords(incident.kind, incident.subject, 'en'),
})

/** `GET /api/v1/worker/main/stats`. */
export async function readStats({ database, config, planned }: Context) {
  const fleet = await database.call('read_fleet', {})
  const { workers, pause } = fleet
  const [numbers, searches, incidents, restingMarkets, storage] = await Promise.all([
    database.call('read_fleet_numbers', {}),
    readSearches({ database, planned }),
    database.call('list_incidents', {}),
    database.call('list_market_rests', {}),
    database.call('read_sizes', {}),
  ])
  const { available } = workerAvailability(workers)
  const capacity = cycleCapacity(available, config)
  return {
    totalWorkers: workers.length,
    availableWorkers: available.length,
    bannedWorkers: workers.filter((worker) => worker.bannedUntil !== null).length,
    unhealthyWorkers: workers.filter((worker) => !worker.isHealthy).length,
    workers: workers.map(toWorkerStats),
    fleet: {
      pause,
      ...numbers,
      ...freshness(numbers, workers, searches, config.meanGapMs),
      incidents: incidents.map(toIncidentStats),
      restingMarkets,
      storage,
      capacity: {
        searchesPerCycle: capacity.searches,
        searches,
        warning:
          searches > capacity.searches
            ? `${searches} searches, ${capacity.searches} fit (${capacity.arithmetic}): checks come later than asked`
            : null,
      },
    },
  }
}
