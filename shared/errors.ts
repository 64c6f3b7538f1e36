import type { Failure } from './contracts/failure.ts'

type Extra = Pick<Failure, 'retryAfterMs' | 'markets' | 'runId' | 'freeAt' | 'issues' | 'workers'>

/** What a caller is told: `code` is stable, `message` is for people and holds no secret. Mapped to HTTP in one place. */
export class ProblemError extends Error {
  readonly httpStatus: number
  readonly code: string
  readonly extra: Extra

  constructor(httpStatus: number, code: string, message: string, extra: Extra = {}, cause?: unknown) {
    super(message, { cause })
    this.name = 'ProblemError'
    this.httpStatus = httpStatus
    this.code = code
    this.extra = extra
  }
}

/** What a caller is told of one field that is not right. */
export const invalidField = (field: string, message: string): ProblemError =>
  new ProblemError(400, 'VALIDATION_FAILED', `${field}: ${message}`, { issues: [{ field, message }] })

/** The message of anything that was thrown, with the cause that explains it (undici says "fetch failed" and hides the rest). */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const reason = error.cause instanceof Error ? error.cause.message : ''
  const cause = reason === '' || error.message.includes(reason) ? '' : ` (${reason})`
  return `${error.message}${cause}`
}
