import type { CheckAlerts, Command, CommandSuccess } from '#shared/contracts/command.ts'
import type { RunLine } from '#shared/contracts/run-events.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import { errorText, ProblemError } from '#shared/errors.ts'
import { WorkerFailedError } from '#shared/fleet/regional-client.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { chooseWorker } from './choose-worker.ts'
import { workerAvailability } from './worker-availability.ts'
import type { Unavailable } from './worker-availability.ts'

export type Attempt = { workerId: string; error?: string }
export type Answer = CommandSuccess & { workerId: string; attempts: Attempt[] }

export const noWorkers = (unavailable: Unavailable[]): ProblemError => {
  const reasons = unavailable.map(
    ({ id, reason, until }) => `${id}: ${reason}${until === null ? '' : ` until ${until}`}`,
  )
  return new ProblemError(503, 'NO_WORKERS_AVAILABLE', `no worker is available: ${reasons.join('; ')}`, {
    workers: unavailable,
  })
}

/** Another worker may fare better: transport errors, 5xx, refusals by the site and busy workers. Bad input stays bad. */
const isWorthRotating = (error: unknown): boolean => {
  if (!(error instanceof WorkerFailedError)) return true
  const { httpStatus } = error.failure
  return httpStatus >= 500 || httpStatus === 401 || httpStatus === 403 || httpStatus === 409 || httpStatus === 429
}

const isRefusal = (error: unknown): boolean => error instanceof WorkerFailedError && error.failure.httpStatus === 403

/** One command to one worker, counted. Throws WorkerFailedError, WorkerLostError. */
export async function sendCommand(
  { regions, database, config }: Context,
  worker: WorkerRow,
  command: Command,
  signal: AbortSignal,
): Promise<CommandSuccess> {
  // A polite check takes minutes; every other single answer has a total deadline.
  const deadlineMs = command.type === 'check-alerts' ? null : config.requestTimeoutMs
  try {
    const answer = await regions.execute(worker, command, deadlineMs, signal)
    await database.call('count_command', { worker_id: worker.id, ok: true, error: null })
    return answer
  } catch (error) {
    if (!signal.aborted)
      await database.call('count_command', { worker_id: worker.id, ok: false, error: errorText(error) })
    throw error
  }
}

/** One streamed check, counted: `done` is its success. */
export async function* streamCheck(
  { regions, database, config }: Context,
  worker: WorkerRow,
  payload: CheckAlerts['payload'],
  signal: AbortSignal,
): AsyncGenerator<RunLine, void, undefined> {
  let error: string | null = 'the stream ended without a result'
  try {
    for await (const line of regions.streamCheck(worker, payload, config.requestTimeoutMs, signal)) {
      if (line.line === 'done') error = null
      if (line.line === 'failed') error = line.failure.error
      if (line.line === 'drain') error = 'the worker is stopping'
      yield line
    }
  } catch (thrown) {
    error = errorText(thrown)
    throw thrown
  } finally {
    if (!signal.aborted) await database.call('count_command', { worker_id: worker.id, ok: error === null, error })
  }
}

function toProblem(error: unknown): ProblemError {
  if (!(error instanceof WorkerFailedError)) return new ProblemError(502, 'WORKER_LOST', errorText(error), {}, error)
  const { httpStatus, code, error: message, retryAfterMs, markets } = error.failure
  return new ProblemError(httpStatus, code, message, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(markets && { markets }),
  })
}

/**
 * The one door for single commands: up to MAX_RETRIES attempts, each on another available worker, a 403 included (but no more
 * of those than MAX_REFUSALS_PER_SEARCH). Throws
 * ProblemError: 503 NO_WORKERS_AVAILABLE with the reason of each, or what the last worker said.
 */
export async function askWorker(context: Context, command: Command, signal: AbortSignal): Promise<Answer> {
  const { config, database, logger, random } = context
  const attempts: Attempt[] = []
  let last: unknown = null
  let refusals = 0
  for (let attempt = 1; attempt <= config.maxRetries; attempt += 1) {
    const { workers, cursor } = await database.call('read_fleet', {}, signal)
    const { available, unavailable } = workerAvailability(workers)
    const fresh = available.filter((worker) => !attempts.some(({ workerId }) => workerId === worker.id))
    const worker = chooseWorker(config.strategy, fresh, { cursor, random })
    if (!worker) {
      if (last === null) throw noWorkers(unavailable)
      break
    }
    await database.call('set_round_robin_cursor', { worker_id: worker.id })
    logLine(logger, 'attempt', { ...worker, attempt, of: config.maxRetries, command: command.type })
    try {
      const answer = await sendCommand(context, worker, command, signal)
      return { ...answer, workerId: worker.id, attempts: [...attempts, { workerId: worker.id }] }
    } catch (error) {
      signal.throwIfAborted()
      last = error
      attempts.push({ workerId: worker.id, error: errorText(error) })
      logLine(logger, 'attemptFailed', { ...worker, attempt, of: config.maxRetries, error: errorText(error) })
      if (!isWorthRotating(error)) break
      // One request that is refused everywhere must not ban the fleet.
      if (isRefusal(error)) refusals += 1
      if (refusals >= config.maxRefusalsPerSearch) break
    }
  }
  throw toProblem(last)
}
