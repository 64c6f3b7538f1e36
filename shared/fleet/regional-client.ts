import { request } from 'undici'
import type { Dispatcher } from 'undici'
import type { z } from 'zod'
import { CommandSuccess } from '../contracts/command.ts'
import type { CheckAlerts, Command } from '../contracts/command.ts'
import { Failure } from '../contracts/failure.ts'
import { WorkerHealth } from '../contracts/health.ts'
import { RunLine } from '../contracts/run-events.ts'
import type { WorkerAddress } from '../env.ts'
import { errorText } from '../errors.ts'
import { readJsonLines } from '../json-lines.ts'

/** The worker answered, and the answer is a failure. */
export class WorkerFailedError extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.error)
    this.name = 'WorkerFailedError'
    this.failure = failure
  }
}

/** No answer, a broken one, or a silence longer than allowed: nobody knows what the worker did. */
export class WorkerLostError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'WorkerLostError'
  }
}

export type RegionalClient = {
  /** `deadlineMs` null waits as long as the connection lives. Throws WorkerFailedError, WorkerLostError. */
  execute(
    worker: WorkerAddress,
    command: Command,
    deadlineMs: number | null,
    signal: AbortSignal,
  ): Promise<CommandSuccess>
  /** The lines of a check. A silence of `silenceMs` loses the worker; a `break` closes the connection and so cancels. */
  streamCheck(
    worker: WorkerAddress,
    payload: CheckAlerts['payload'],
    silenceMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<RunLine, void, undefined>
  health(worker: WorkerAddress, deadlineMs: number, signal: AbortSignal): Promise<WorkerHealth>
}

const EXECUTE = '/api/v1/worker/execute'

function lostText(error: unknown): string {
  const code = (error as { code?: string }).code ?? (error as { cause?: { code?: string } }).cause?.code ?? ''
  if (/TIMEOUT|TimeoutError/.test(`${code} ${(error as Error).name}`)) return 'connection timeout'
  return code === 'ECONNREFUSED' ? 'connection refused' : errorText(error)
}

async function readAnswer<Type extends z.ZodType>(
  answer: Dispatcher.ResponseData,
  schema: Type,
): Promise<z.output<Type>> {
  const body = await answer.body.json()
  if (answer.statusCode === 200) {
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data
    throw new WorkerLostError('the answer is not what this version expects', parsed.error)
  }
  const failure = Failure.safeParse(body)
  throw failure.success ? new WorkerFailedError(failure.data) : new WorkerLostError(`HTTP ${answer.statusCode}`)
}

export function createRegionalClient(dispatcher: Dispatcher, apiKey: string): RegionalClient {
  const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' }
  /** Everything that is neither an answer nor our own abort is a lost worker. */
  const guard = (error: unknown, signal: AbortSignal): Error => {
    if (signal.aborted) return signal.reason as Error
    if (error instanceof WorkerFailedError || error instanceof WorkerLostError) return error
    return new WorkerLostError(lostText(error), error)
  }
  return {
    async execute(worker, command, deadlineMs, signal) {
      try {
        const answer = await request(new URL(EXECUTE, worker.url), {
          dispatcher,
          method: 'POST',
          headers: { ...headers, accept: 'application/json' },
          body: JSON.stringify(command),
          headersTimeout: deadlineMs ?? 0,
          bodyTimeout: deadlineMs ?? 0,
          signal: deadlineMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
        })
        return await readAnswer(answer, CommandSuccess)
      } catch (error) {
        throw guard(error, signal)
      }
    },
    async *streamCheck(worker, payload, silenceMs, signal) {
      try {
        const answer = await request(new URL(EXECUTE, worker.url), {
          dispatcher,
          method: 'POST',
          headers: { ...headers, accept: 'application/x-ndjson' },
          body: JSON.stringify({ type: 'check-alerts', payload } satisfies Command),
          headersTimeout: silenceMs,
          bodyTimeout: silenceMs,
          signal,
        })
        if (answer.statusCode !== 200) await readAnswer(answer, CommandSuccess)
        for await (const line of readJsonLines(answer.body)) yield RunLine.parse(line)
      } catch (error) {
        throw guard(error, signal)
      }
    },
    async health(worker, deadlineMs, signal) {
      try {
        const answer = await request(new URL('/api/v1/worker/health', worker.url), {
          dispatcher,
          headers,
          signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
        })
        return await readAnswer(answer, WorkerHealth)
      } catch (error) {
        throw guard(error, signal)
      }
    },
  }
}
