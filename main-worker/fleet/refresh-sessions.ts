import { errorText, ProblemError } from '#shared/errors.ts'
import { WorkerFailedError } from '#shared/fleet/regional-client.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { Context } from '../context.ts'
import { noWorkers, sendCommand } from './ask-worker.ts'
import { workerAvailability } from './worker-availability.ts'

export type Refreshed = {
  worker: string
  market: string
  ok: boolean
  expiresAt?: string
  error?: string
  code?: string
}

async function refreshOne(
  context: Context,
  worker: WorkerRow,
  market: string,
  signal: AbortSignal,
): Promise<Refreshed> {
  try {
    const { data } = await sendCommand(
      context,
      worker,
      { type: 'generate-cookies', payload: { market, method: 'http', force: true } },
      signal,
    )
    return { worker: worker.id, market, ok: true, ...('expiresAt' in data && { expiresAt: data.expiresAt }) }
  } catch (error) {
    signal.throwIfAborted()
    const code = error instanceof WorkerFailedError ? error.failure.code : 'WORKER_LOST'
    return { worker: worker.id, market, ok: false, error: errorText(error), code }
  }
}

/** The markets that active alerts use; the workers' home of all questions when there is none. */
async function wantedMarkets({ database }: Context, market: string | undefined): Promise<string[]> {
  if (market !== undefined) return [market]
  const due = await database.call('list_due_alerts', {})
  return [...new Set(due.map(({ alert }) => alert.market))].sort()
}

/**
 * New sessions on every available worker (or one) for every market in use (or one): workers at once, markets of a worker one
 * after the other. Each outcome is told. Throws ProblemError for an unknown market or worker, or when nobody is available.
 */
export async function refreshSessions(
  context: Context,
  { market, worker: workerId }: { market?: string | undefined; worker?: string | undefined },
  signal: AbortSignal,
): Promise<{ refreshed: Refreshed[] }> {
  if (market !== undefined && !findMarket(market)) {
    throw new ProblemError(400, 'VALIDATION_FAILED', `market: no such market (got "${market}")`)
  }
  const { workers } = await context.database.call('read_fleet', {}, signal)
  if (workerId !== undefined && !workers.some(({ id }) => id === workerId)) {
    throw new ProblemError(404, 'NOT_FOUND', `worker: no worker "${workerId}"`)
  }
  const { available, unavailable } = workerAvailability(workers)
  const chosen = available.filter(({ id }) => workerId === undefined || id === workerId)
  if (chosen.length === 0) throw noWorkers(unavailable.filter(({ id }) => workerId === undefined || id === workerId))
  const markets = await wantedMarkets(context, market)
  const refreshed = await Promise.all(
    chosen.map(async (worker) => {
      const outcomes: Refreshed[] = []
      for (const one of markets) outcomes.push(await refreshOne(context, worker, one, signal))
      return outcomes
    }),
  )
  return { refreshed: refreshed.flat() }
}
