import type { WorkerRow } from '#shared/database/fleet.ts'

/** Why a worker gets no work now; `until` where it is known. */
export type Unavailable = { id: string; reason: string; until: string | null }

function reasonAgainst(worker: WorkerRow, isOwnNetworkSuspect: boolean): Unavailable | null {
  const { id, bannedUntil, banReason, restingUntil, isDraining, isHealthy, lastError } = worker
  if (bannedUntil !== null) return { id, reason: `banned (${banReason ?? 'refused'})`, until: bannedUntil }
  if (isDraining) return { id, reason: 'draining', until: null }
  if (restingUntil !== null) return { id, reason: 'resting (429)', until: restingUntil }
  if (!isHealthy && !isOwnNetworkSuspect)
    return { id, reason: `unhealthy (${lastError ?? 'never checked'})`, until: null }
  return null
}

/**
 * Who may get work: healthy, not banned, not resting, not draining. When all of at least two workers look dead at once it is
 * rather our own network: they are tried all the same.
 */
export function workerAvailability(workers: readonly WorkerRow[]): {
  available: WorkerRow[]
  unavailable: Unavailable[]
  isOwnNetworkSuspect: boolean
} {
  const isOwnNetworkSuspect = workers.length >= 2 && workers.every((worker) => !worker.isHealthy)
  const judged = workers.map((worker) => ({ worker, against: reasonAgainst(worker, isOwnNetworkSuspect) }))
  return {
    available: judged.filter(({ against }) => against === null).map(({ worker }) => worker),
    unavailable: judged.flatMap(({ against }) => (against === null ? [] : [against])),
    isOwnNetworkSuspect,
  }
}
