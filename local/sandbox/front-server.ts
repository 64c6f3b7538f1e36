import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Logger } from '#shared/logger.ts'
import { json, send } from './answer.ts'
import type { Answer } from './answer.ts'
import { answerControl } from './control/control.ts'
import type { ControlDeps } from './control/control.ts'

/** The sandbox's own port: health, controls, and the receivers of messages (Telegram, Discord, programs). Nothing of Vinted: that is behind the doors. */
export function createFrontServer(deps: ControlDeps, logger: Logger): Server {
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void serveFront(deps, logger, request, response)
  })
}

async function serveFront(
  deps: ControlDeps,
  logger: Logger,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const hangUp = new AbortController()
  response.once('close', () => hangUp.abort())
  try {
    const answer = await answerFront(deps, request, hangUp.signal)
    if (answer !== null && !hangUp.signal.aborted) send(response, answer)
  } catch (error) {
    // A caller that hangs up in the middle of its request is no failure of ours.
    if (hangUp.signal.aborted) return
    // The paths of the Bot API and of Discord hold tokens: they are not logged.
    logger.error({ err: error }, 'the sandbox failed to answer')
    send(response, json(500, { ok: false, error_code: 500, description: 'Internal Server Error: sandbox' }))
  }
}

/** Null: the caller never gets an answer. */
async function answerFront(deps: ControlDeps, request: IncomingMessage, signal: AbortSignal): Promise<Answer | null> {
  const path = request.url ?? '/'
  if (/^\/health\/?(\?|$)/.test(path)) return json(200, { status: 'ok' })
  if (path.startsWith('/control/')) return answerControl(deps, request)
  if (path.startsWith('/bot')) return deps.botApi.handle(request, signal)
  if (path.startsWith('/api/')) return deps.discord.handle(request)
  if (path.startsWith('/receivers/')) return deps.receiver.handle(request)
  return json(404, {
    error:
      'the sandbox answers on /health, /control/…, /bot<token>/<method>, /api/webhooks/<id>/<token> and /receivers/<name>',
  })
}
