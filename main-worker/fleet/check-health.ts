import type { WorkerAddress } from '#shared/env.ts'
import { errorText } from '#shared/errors.ts'
import { WorkerFailedError } from '#shared/fleet/regional-client.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { workerAvailability } from './worker-availability.ts'

const HEALTH_TIMEOUT_MS = 15_000

/** A worker that does not take our key is a matter of configuration, not of the site: never a ban. */
const reasonOf = (error: unknown): string =>
  error instanceof WorkerFailedError && error.failure.httpStatus === 401 ? 'API key refused' : errorText(error)

/** Asks one worker and writes its health row. Says so when that changed, or always with `isFirst`. */
export async function checkWorker(
  { regions, database, config, logger }: Context,
  worker: WorkerAddress & { isHealthy: boolean },
  isFirst: boolean,
  signal: AbortSignal,
): Promise<void> {
  const answer = await regions.health(worker, HEALTH_TIMEOUT_MS, signal).then(
    (health) => ({ healthy: true, error: null, egress: health.egress }),
    (error: unknown) => ({ healthy: false, error: reasonOf(error), egress: null }),
  )
  signal.throwIfAborted()
  await database.call('record_health', { worker_id: worker.id, ...answer, unhealthy_after: config.unhealthyAfter })
  if (answer.healthy === worker.isHealthy && !isFirst) return
  if (answer.error === null) logLine(logger, 'workerHealthy', worker)
  else logLine(logger, 'workerUnhealthy', { ...worker, reason: answer.error })
}

/** All workers at once. Health says that the process lives; it never lifts a ban. */
export async function checkHealth(context: Context, isFirst: boolean, signal: AbortSignal): Promise<void> {
  const { database, logger } = context
  const { workers } = await database.call('read_fleet', {}, signal)
  logLine(logger, 'checkingWorkers', { count: workers.length })
  await Promise.all(workers.map((worker) => checkWorker(context, worker, isFirst, signal)))
  const after = await database.call('read_fleet', {}, signal)
  if (workerAvailability(after.workers).isOwnNetworkSuspect) logLine(logger, 'ownNetwork', { count: workers.length })
}
