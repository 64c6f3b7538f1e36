import type { FastifyReply, FastifyRequest } from 'fastify'

/** Aborts when the caller hangs up before it has its answer. */
export function callerGone(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  const { socket } = request.raw
  const hungUp = (): void => controller.abort(new Error('the caller hung up'))
  socket.once('close', hungUp)
  // A kept-alive socket serves many requests: none leaves its listener behind.
  reply.raw.once('finish', () => socket.off('close', hungUp))
  return controller.signal
}
