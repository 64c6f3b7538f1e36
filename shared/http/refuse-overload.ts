import { fastifyUnderPressure } from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../errors.ts'

/** An event loop this far behind answers nobody in time: better one clear no than many late answers. */
const LONGEST_DELAY_MS = 4_000
const RETRY_AFTER_MS = 5_000

/** The process lives, it is only busy: a platform that restarts it now would make things worse. */
const ALWAYS_ANSWERED = '/api/health'

/** 503 with Retry-After while this process cannot keep up; what was accepted before is finished. */
export function refuseOverload(app: Pick<FastifyInstance, 'register'>): void {
  void app.register(fastifyUnderPressure, {
    maxEventLoopDelay: LONGEST_DELAY_MS,
    pressureHandler(request) {
      if (request.url === ALWAYS_ANSWERED) return
      throw new ProblemError(503, 'OVERLOADED', 'too much at once; try again in a moment', {
        retryAfterMs: RETRY_AFTER_MS,
      })
    },
  })
}
