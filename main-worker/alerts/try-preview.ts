import type { AlertChanges } from '#shared/contracts/alert.ts'
import type { Failure } from '#shared/contracts/failure.ts'
import { ProblemError } from '#shared/errors.ts'
import type { Context } from '../context.ts'
import { previewAlert } from './preview-alert.ts'

/** A preview waits for the pace (up to 25 s at the default) and for one answer. */
const LONGEST_MS = 40_000

export type Preview = Awaited<ReturnType<typeof previewAlert>>

/** Why there is no preview now. None of it keeps an alert from being saved. */
export type Trouble =
  | { kind: 'paused'; until: string | null; reason: string }
  | { kind: 'nobody'; workers: NonNullable<Failure['workers']> }
  | { kind: 'refused' | 'slow' | 'too-long' }
  | { kind: 'other'; detail: string }

function toTrouble(error: unknown): Trouble {
  if (!(error instanceof ProblemError)) throw error
  switch (error.code) {
    case 'NO_WORKERS_AVAILABLE':
      return { kind: 'nobody', workers: error.extra.workers ?? [] }
    case 'BLOCKED':
    case 'EGRESS_BANNED':
    case 'MARKET_RESTS':
      return { kind: 'refused' }
    case 'THROTTLED':
    case 'WORKER_LOST':
      return { kind: 'slow' }
    default:
      return { kind: 'other', detail: error.message }
  }
}

/** What an alert would see now, or why that cannot be said. Throws ProblemError 400 for what cannot be searched at all. */
export async function tryPreview(
  context: Context,
  input: AlertChanges,
  signal: AbortSignal,
): Promise<Preview | { trouble: Trouble }> {
  const { pause } = await context.database.call('read_fleet', {})
  if (pause) return { trouble: { kind: 'paused', until: pause.until, reason: pause.reason } }
  const late = AbortSignal.timeout(LONGEST_MS)
  try {
    return await previewAlert(context, input, AbortSignal.any([signal, late]))
  } catch (error) {
    if (late.aborted) return { trouble: { kind: 'slow' } }
    if (error instanceof ProblemError && error.code === 'VALIDATION_FAILED') throw error
    return { trouble: toTrouble(error) }
  }
}
