import type { IncomingMessage } from 'node:http'
import type { Clock } from '#shared/clock.ts'
import { json } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { readBody } from '../read-body.ts'
import { redirectAnswer, statusAnswer } from './receiver-faults.ts'
import type { ReceiverFault, ReceiverFaults } from './receiver-faults.ts'

/** What a program got, word for word: signatures are checked on it. */
export type Received = { time: string; receiver: string; headers: Record<string, string>; body: string }

export type Receiver = {
  received(name: string | null): readonly Received[]
  /** `POST /receivers/<name>`; null: it never answers. */
  handle(request: IncomingMessage): Promise<Answer | null>
}

const KEPT = 5_000
const RETRY_AFTER_S = 2

/** Any program that takes webhooks: it keeps what it accepts, and does not look at signatures. */
export function createReceiver(clock: Clock, faults: ReceiverFaults): Receiver {
  const received: Received[] = []
  return {
    received: (name) => received.filter(({ receiver }) => name === null || receiver === name),
    async handle(request) {
      const receiver = /^\/receivers\/([\w-]{1,60})$/.exec(request.url ?? '')?.[1]
      if (receiver === undefined || request.method !== 'POST') return json(404, { error: 'POST /receivers/<name>' })
      const body = await readBody(request)
      const fault = faults.take(receiver)
      if (fault?.mode === 'drop') {
        request.socket.destroy()
        return null
      }
      const refusal = fault && refusalOf(fault)
      if (refusal) return refusal
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      received.push({ time: new Date(clock.now()).toISOString(), receiver, headers, body: String(body ?? '') })
      if (received.length > KEPT) received.splice(0, received.length - KEPT)
      return fault?.mode === 'hang' ? null : { status: 204 }
    },
  }
}

function refusalOf(fault: ReceiverFault): Answer | null {
  switch (fault.mode) {
    case '429':
      return json(429, { error: 'slow down' }, { 'retry-after': String(fault.retryAfter ?? RETRY_AFTER_S) })
    case 'gone':
      return json(410, { error: 'nobody listens here any more' })
    case 'redirect':
      return redirectAnswer
    case 'status':
      return statusAnswer(fault)
    case 'hang':
    case 'drop':
      return null
    default:
      return fault.mode satisfies never
  }
}
