import type { FastifyReply, FastifyRequest } from 'fastify'
import { DatabaseError } from '../database/open-database.ts'
import type { Failure } from '../contracts/failure.ts'
import { errorText, ProblemError } from '../errors.ts'
import { logLine } from '../log-lines.ts'
import type { Logger } from '../logger.ts'

/** What fastify itself refuses, in our words. */
const fastifyProblems: Record<string, [code: string, message: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'the body is larger than this route takes'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BROKEN_BODY', 'the body is not as long as content-length says'],
  FST_ERR_BAD_URL: ['BAD_URL', 'the path is not a valid URL path'],
}

/** The one place where an error becomes HTTP. What nobody foresaw is logged with its stack and answered without it. */
export function toFailure(error: unknown, logger: Logger): Failure {
  const make = (httpStatus: number, code: string, message: string, extra: object = {}): Failure => ({
    success: false,
    error: message,
    code,
    httpStatus,
    type: `urn:vigie:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: code,
    status: httpStatus,
    detail: message,
    ...extra,
  })
  if (error instanceof ProblemError) return make(error.httpStatus, error.code, error.message, error.extra)
  if (error instanceof DatabaseError && error.isTransient) {
    logLine(logger, 'databaseFailed', { code: error.code, error: errorText(error) })
    return make(503, 'DATABASE_UNAVAILABLE', 'the database does not answer; try again', { retryAfterMs: 5_000 })
  }
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number }
  const known = fastifyProblems[code]
  if (known) return make(statusCode, ...known)
  if (statusCode >= 400 && statusCode < 500) return make(statusCode, code || 'BAD_REQUEST', errorText(error))
  logger.error({ err: error }, 'unexpected error')
  return make(500, 'INTERNAL', 'something went wrong here; the log says what')
}

/** A refusal by the site is told as `httpStatus` 403 but travels as 502: it is not the caller who was refused. */
export const httpStatusOf = (failure: Failure): number => (failure.code === 'BLOCKED' ? 502 : failure.httpStatus)

export function sendProblem(error: unknown, _request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const failure = toFailure(error, logger)
  if (failure.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(failure.retryAfterMs / 1000))
  void reply.code(httpStatusOf(failure)).type('application/problem+json').send(failure)
}
