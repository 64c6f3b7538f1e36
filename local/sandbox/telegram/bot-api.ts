import type { IncomingMessage } from 'node:http'
import type { Clock } from '#shared/clock.ts'
import type { Logger } from '#shared/logger.ts'
import { pause } from '#shared/repeat.ts'
import { json } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { botMethods } from './bot-methods.ts'
import type { BotState, Method } from './bot-state.ts'
import { createChatLog } from './chat-log.ts'
import { readParams } from './read-params.ts'
import { RefusedError } from './refused-error.ts'
import { createSendLimits } from './send-limits.ts'
import { sendAlbum } from './send-album.ts'
import { sendMethods } from './send-methods.ts'
import { createTelegramFaults, refusalOf } from './telegram-faults.ts'
import type { Call, TelegramFaults } from './telegram-faults.ts'
import { createUpdateQueue } from './update-queue.ts'
import { createWebhook } from './webhook.ts'

export type BotApi = {
  state: BotState
  faults: TelegramFaults
  /** Null: it never answers. The signal aborts when the caller hangs up. */
  handle(request: IncomingMessage, signal: AbortSignal): Promise<Answer | null>
  close(): Promise<void>
}

const SLOW_MS = 3000
const methods = new Map<string, [string, Method]>(
  Object.entries({ ...sendMethods, sendMediaGroup: sendAlbum, ...botMethods }).map(([name, method]) => [
    name.toLowerCase(),
    [name, method],
  ]),
)

/** The Bot API on `/bot<token>/<method>`. With `token` every other token is refused; without, any well-formed one will do. */
export function createBotApi(options: { clock: Clock; logger: Logger; token: string | null }): BotApi {
  const { clock, logger, token } = options
  const updates = createUpdateQueue()
  const webhook = createWebhook(updates, clock, logger)
  const state: BotState = {
    chats: createChatLog(clock),
    limits: createSendLimits(),
    updates,
    webhook,
    commands: new Map(),
    presses: new Map(),
    clock,
  }
  const faults = createTelegramFaults()
  return {
    state,
    faults,
    close: () => webhook.close(),
    async handle(request, signal) {
      try {
        return await call({ state, faults, token }, request, signal)
      } catch (error) {
        if (error instanceof RefusedError) return refusal(error)
        throw error
      }
    },
  }
}

type Deps = { state: BotState; faults: TelegramFaults; token: string | null }

async function call(
  { state, faults, token }: Deps,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Answer | null> {
  const [name, method] = findMethod(request.url ?? '', token)
  const params = await readParams(request)
  const facts: Call = { method: name, chat: params.text('chat_id'), hasParseMode: params.text('parse_mode') !== '' }
  const fault = faults.take(facts)
  const refused = fault && refusalOf(fault, facts)
  if (refused) throw refused
  if (fault?.mode === 'slow') await pause(fault.delayMs ?? SLOW_MS, signal)
  if (signal.aborted) return null
  const result = await method(state, params, signal)
  return fault?.mode === 'timeout-after-accept' ? null : json(200, { ok: true, result })
}

function findMethod(url: string, expectedToken: string | null): [string, Method] {
  const [, token = '', name = ''] = /^\/bot([^/]*)\/(\w+)\/?(?:\?|$)/.exec(url) ?? []
  const readable = token.replace(/%3a/i, ':')
  if (!/^\d{1,20}:[\w-]{1,200}$/.test(readable)) throw new RefusedError(404, 'Not Found')
  if (expectedToken !== null && readable !== expectedToken) throw new RefusedError(401, 'Unauthorized')
  const method = methods.get(name.toLowerCase())
  if (!method) throw new RefusedError(404, 'Not Found: method not found')
  return method
}

function refusal({ code, message, parameters }: RefusedError): Answer {
  const headers = parameters?.retry_after === undefined ? {} : { 'retry-after': String(parameters.retry_after) }
  const body = { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) }
  return json(code, body, headers)
}
