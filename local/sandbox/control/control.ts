import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import { fieldIssues } from '#shared/http/field-issues.ts'
import { json } from '../answer.ts'
import type { Answer } from '../answer.ts'
import type { Publisher } from '../publisher.ts'
import { readBody } from '../read-body.ts'
import type { Discord } from '../receivers/discord.ts'
import type { Receiver } from '../receivers/receiver.ts'
import type { ReceiverFaults } from '../receivers/receiver-faults.ts'
import type { RequestLog } from '../request-log.ts'
import type { BotApi } from '../telegram/bot-api.ts'
import { pushRawUpdate, pushUserUpdate, RawUpdate, UserUpdate } from '../telegram/user-updates.ts'
import type { SandboxCatalogue } from '../vinted/catalogue.ts'
import type { Faults } from '../vinted/faults.ts'
import { draftOf } from './draft-of.ts'
import { FaultOrder, ListingsOrder, PublishOrder, ReceiverFaultOrder, TelegramFaultOrder } from './orders.ts'

export type ControlDeps = {
  catalogue: SandboxCatalogue
  faults: Faults
  requests: RequestLog
  publisher: Publisher
  botApi: BotApi
  discord: Discord
  receiver: Receiver
  receiverFaults: ReceiverFaults
  /** An order for an egress that has no door would never hit: it is refused. */
  egresses: readonly string[]
}

type Handler = (deps: ControlDeps, body: unknown, query: URLSearchParams) => object

/**
 * Everything under `/control/`, by method and path. Beside the site and Telegram:
 * - `GET discord/messages?webhook=`: what the channels of the made-up Discord show: [{time, webhook, thread, message}];
 * - `GET received?receiver=`: what the programs behind `/receivers/<name>` got, word for word: [{time, receiver, headers, body}];
 * - `POST receivers/faults` {mode, target?, status?, retryAfter?, count?}: for both; `target` is a webhook's digits or a
 *   receiver's name. Modes: `429` · `gone` (Discord's 404 10015, a program's 410) · `status` (500) · `hang` (accepted, never
 *   answered) · `drop` (cut before it is accepted) · `redirect`. `GET` and `DELETE receivers/faults`.
 */
const routes: Readonly<Record<string, Handler>> = {
  'POST listings'({ catalogue }, body) {
    const { market, listings } = read(ListingsOrder, body)
    return { ids: listings.map((listing) => catalogue.publish(market, draftOf(listing), listing.id).id) }
  },
  'GET requests': ({ requests }, _body, query) => requests.since(readTime(query.get('since'))),
  'POST faults'({ faults, egresses }, body) {
    const order = read(FaultOrder, body)
    if (order.egress !== undefined && !egresses.includes(order.egress)) {
      throw badOrder([{ field: 'egress', message: `one of ${egresses.join(', ')}` }])
    }
    return faults.add(order)
  },
  'GET faults': ({ faults }) => faults.active(),
  'DELETE faults'({ faults }, _body, query) {
    faults.clear(query.get('egress'))
    return { active: faults.active() }
  },
  'GET messages': ({ botApi }, _body, query) => botApi.state.chats.calls(query.get('chat')),
  'POST telegram/faults'({ botApi }, body) {
    const order = read(TelegramFaultOrder, body)
    botApi.faults.add(order)
    return order
  },
  'GET telegram/faults': ({ botApi }) => botApi.faults.active(),
  'DELETE telegram/faults'({ botApi }) {
    botApi.faults.clear()
    return { active: [] }
  },
  'POST telegram/updates'({ botApi }, body) {
    if (!isUserUpdate(body)) return { updateId: pushRawUpdate(botApi.state, read(RawUpdate, body)) }
    const update = read(UserUpdate, body)
    if ((update.text === undefined) === (update.data === undefined)) {
      throw badOrder([{ field: 'text', message: 'either text (a message) or data (a button press)' }])
    }
    return { updateId: pushUserUpdate(botApi.state, update) }
  },
  'GET discord/messages': ({ discord }, _body, query) => discord.messages(query.get('webhook')),
  'GET received': ({ receiver }, _body, query) => receiver.received(query.get('receiver')),
  'POST receivers/faults'({ receiverFaults }, body) {
    const order = read(ReceiverFaultOrder, body)
    receiverFaults.add(order)
    return order
  },
  'GET receivers/faults': ({ receiverFaults }) => receiverFaults.active(),
  'DELETE receivers/faults'({ receiverFaults }) {
    receiverFaults.clear()
    return { active: [] }
  },
  'POST publish'({ publisher }, body) {
    publisher.setRate(read(PublishOrder, body).perMinute)
    return { perMinute: publisher.rate() }
  },
}

const badOrder = (issues: { field: string; message: string }[], cause?: unknown): ProblemError => {
  const message = issues.map((issue) => `${issue.field}: ${issue.message}`).join('; ')
  return new ProblemError(400, 'VALIDATION_FAILED', message, { issues }, cause)
}

export async function answerControl(deps: ControlDeps, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const route = routes[`${request.method} ${url.pathname.replace(/^\/control\/|\/$/g, '')}`]
  if (!route) return json(404, { error: 'no such control call', calls: Object.keys(routes) })
  try {
    return json(200, route(deps, await readJson(request), url.searchParams))
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { httpStatus, code, message, extra } = error
    return json(httpStatus, { success: false, error: message, code, httpStatus, ...extra })
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request)
  if (body === null) throw badOrder([{ field: 'body', message: 'too long' }])
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw badOrder([{ field: 'body', message: 'is no JSON' }], cause)
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body, { reportInput: true })
  if (result.success) return result.data
  throw badOrder(fieldIssues(result.error, 'body'))
}

/** Milliseconds or ISO 8601; everything when it is missing. */
function readTime(value: string | null): number {
  if (value === null || value === '') return 0
  const time = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
  if (Number.isNaN(time)) throw badOrder([{ field: 'since', message: 'milliseconds or ISO 8601' }])
  return time
}

const isUserUpdate = (body: unknown): boolean => typeof body === 'object' && body !== null && 'chat' in body
