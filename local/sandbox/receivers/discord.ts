import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { Clock } from '#shared/clock.ts'
import { json } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { readBody } from '../read-body.ts'
import { DiscordMessage, problemOf } from './discord-message.ts'
import { redirectAnswer, statusAnswer } from './receiver-faults.ts'
import type { ReceiverFault, ReceiverFaults } from './receiver-faults.ts'

/** A message that a channel shows. */
export type Posted = { time: string; webhook: string; thread: string | null; message: DiscordMessage }

export type Discord = {
  messages(webhook: string | null): readonly Posted[]
  /** `POST /api/webhooks/<id>/<token>`; null: it never answers. */
  handle(request: IncomingMessage): Promise<Answer | null>
}

/** Per webhook; measured on the real one by others, and told in its headers. */
const LIMIT = { requests: 5, windowMs: 2_000 }
const KEPT = 5_000
const PATH = /^\/api\/(?:v\d+\/)?webhooks\/(\d+)\/([\w-]+)$/

const refusal = (status: number, code: number, message: string): Answer => json(status, { message, code })

function throttled(retryAfterS: number): Answer {
  const headers = { 'retry-after': String(Math.ceil(retryAfterS)), 'x-ratelimit-scope': 'user' }
  return json(429, { message: 'You are being rate limited.', retry_after: retryAfterS, global: false }, headers)
}

/** Every webhook of digits and a token exists unless a fault says otherwise. */
export function createDiscord(clock: Clock, faults: ReceiverFaults): Discord {
  const posted: Posted[] = []
  const windows = new Map<string, { endsAt: number; used: number }>()

  /** The headers of an accepted request; an Answer where there were too many. */
  function admit(webhook: string): Record<string, string> | Answer {
    const now = clock.now()
    const old = windows.get(webhook)
    const window = old && old.endsAt > now ? old : { endsAt: now + LIMIT.windowMs, used: 0 }
    windows.set(webhook, window)
    const resetAfterS = (window.endsAt - now) / 1000
    if (window.used >= LIMIT.requests) return throttled(resetAfterS)
    window.used += 1
    return {
      'x-ratelimit-limit': String(LIMIT.requests),
      'x-ratelimit-remaining': String(LIMIT.requests - window.used),
      'x-ratelimit-reset-after': resetAfterS.toFixed(3),
    }
  }

  return {
    messages: (webhook) => posted.filter((message) => webhook === null || message.webhook === webhook),
    async handle(request) {
      const url = new URL(request.url ?? '/', 'http://discord.test')
      const webhook = PATH.exec(url.pathname)?.[1]
      if (webhook === undefined || request.method !== 'POST') return refusal(404, 0, '404: Not Found')
      const body = String(await readBody(request))
      const fault = faults.take(webhook)
      if (fault?.mode === 'drop') {
        request.socket.destroy()
        return null
      }
      const refused = fault && refusalOf(fault)
      if (refused) return refused
      const headers = admit(webhook)
      if ('status' in headers) return headers as Answer
      const read = readMessage(body)
      if ('status' in read) return read
      const thread = url.searchParams.get('thread_id')
      posted.push({ time: new Date(clock.now()).toISOString(), webhook, thread, message: read.message })
      if (posted.length > KEPT) posted.splice(0, posted.length - KEPT)
      if (fault?.mode === 'hang') return null
      if (url.searchParams.get('wait') !== 'true') return { status: 204, headers }
      return json(200, { id: String(1_300_000_000_000 + posted.length), type: 0, webhook_id: webhook }, headers)
    },
  }
}

function readMessage(body: string): { message: DiscordMessage } | Answer {
  const parsed = DiscordMessage.safeParse(tryJson(body))
  if (!parsed.success) return formError(z.prettifyError(parsed.error))
  const problem = problemOf(parsed.data)
  return problem === null ? { message: parsed.data } : formError(problem)
}

const formError = (problem: string): Answer =>
  json(400, { message: 'Invalid Form Body', code: 50_035, errors: { _errors: [{ message: problem }] } })

function tryJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function refusalOf(fault: ReceiverFault): Answer | null {
  switch (fault.mode) {
    case '429':
      return throttled(fault.retryAfter ?? 0.5)
    case 'gone':
      return refusal(404, 10_015, 'Unknown Webhook')
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
