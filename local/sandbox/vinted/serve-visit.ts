import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#shared/clock.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { pause } from '#shared/repeat.ts'
import { send } from '../answer.ts'
import type { Answer } from '../answer.ts'
import type { RequestLog } from '../request-log.ts'
import type { SandboxCatalogue } from './catalogue.ts'
import { captchaPage } from './challenges.ts'
import type { Challenges } from './challenges.ts'
import type { Fault, Faults } from './faults.ts'
import { sendEndless, sendGzipBomb, sendTruncated } from './hostile-replies.ts'
import { forbidden, gone, serverError, strayPage, throttled, unauthorized } from './refusals.ts'
import type { Sessions } from './sessions.ts'
import { answerVisit } from './site.ts'
import type { Distortion } from './site.ts'
import { isSandboxHost, readVisit } from './visit.ts'
import type { Visit } from './visit.ts'

export type SiteDeps = {
  catalogue: SandboxCatalogue
  sessions: Sessions
  faults: Faults
  challenges: Challenges
  requests: RequestLog
  clock: Clock
}

/** `seen` writes the status into the request log; the signal aborts when the client hangs up. */
type Exchange = { response: ServerResponse; visit: Visit; seen: (status: number) => void; signal: AbortSignal }

const SLOW_MS = 3000
const RETRY_AFTER_S = 10
/** The euro neighbour is the harder one to notice: only the words for the condition differ. */
const foreignMarket: Readonly<Record<string, string>> = { fr: 'nl', nl: 'fr', us: 'uk', uk: 'us' }

/** Answers one request that came through a door; ends early when the client hangs up. */
export async function serveVisit(
  deps: SiteDeps,
  egress: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const visit = readVisit(egress, request)
  const seen = deps.requests.add(visit)
  const hangUp = new AbortController()
  response.once('close', () => hangUp.abort())
  const exchange: Exchange = { response, visit, seen, signal: hangUp.signal }
  const fault = deps.faults.take(visit, ({ mode }) => mode === 'challenge' && deps.challenges.passed(visit))
  if (fault) await playFault(deps, fault, exchange)
  else reply(exchange, isSandboxHost(visit.host) ? answerVisit(deps, visit) : { status: 421 })
}

function reply({ response, seen, signal }: Exchange, answer: Answer): void {
  if (signal.aborted) return
  seen(answer.status)
  send(response, answer)
}

async function playFault(deps: SiteDeps, fault: Fault, exchange: Exchange): Promise<void> {
  const { response, visit, seen, signal } = exchange
  switch (fault.mode) {
    case 'timeout':
      return
    case 'slow':
      await pause(fault.delayMs ?? SLOW_MS, signal)
      return reply(exchange, answerVisit(deps, visit))
    case 'endless':
      seen(200)
      return sendEndless(response, signal)
    case 'gzip-bomb':
      seen(200)
      return sendGzipBomb(response)
    case 'truncated':
      seen(200)
      return sendTruncated(response, answerVisit(deps, visit))
    case 'unauthorized':
      return reply(exchange, unauthorized())
    case 'forbidden':
      return reply(exchange, forbidden())
    case 'challenge':
      return reply(exchange, deps.challenges.page(visit, fault.status ?? 403))
    case 'captcha':
      return reply(exchange, captchaPage(visit.host, fault.status ?? 403))
    case 'throttled':
      return reply(exchange, throttled(fault.retryAfter === undefined ? RETRY_AFTER_S : fault.retryAfter))
    case 'error':
      return reply(exchange, serverError(fault.status ?? 500))
    case 'html':
      return reply(exchange, strayPage())
    case 'gone':
      return reply(exchange, gone())
    case 'wrong-market':
    case 'frozen':
      return reply(exchange, answerVisit(deps, visit, distortionOf(fault, visit)))
    default:
      fault.mode satisfies never
  }
}

function distortionOf(fault: Fault, visit: Visit): Distortion {
  if (fault.mode === 'frozen') return { frozenAt: { sequence: fault.sinceSequence, time: fault.since } }
  const foreign: Market | undefined = findMarket(fault.servedMarket ?? foreignMarket[visit.market?.id ?? ''] ?? 'fr')
  return foreign ? { market: foreign } : {}
}
