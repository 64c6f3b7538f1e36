import type { FastifyRequest } from 'fastify'

/** Aborts when the caller hangs up before it has its answer. */
export function callerGone(request: FastifyRequest): AbortSignal {
  const controller = new AbortController()
  request.raw.socket.once('close', () => controller.abort(new Error('the caller hung up')))
  return controller.signal
}
