import { Agent } from 'undici'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { headerOf, postJson } from '../net/post-json.ts'
import type { Posted } from '../net/post-json.ts'
import { discordPayload } from './discord-payload.ts'
import { foreignWords } from './foreign-words.ts'
import type { Delivery, MessagingProvider } from './messaging-provider.ts'
import { retryAfterMs } from './retry-after.ts'
import type { FindTarget } from './webhook-targets.ts'
import { readDiscordUrl } from './webhook-url.ts'

const CONNECT_TIMEOUT_MS = 5_000
/** Five requests in two seconds per webhook (Discord's own header says so, November 2026). */
const GAP_MS = 400

const Refusal = z.object({ message: z.string().optional(), code: z.int().optional() })

type Answer = Extract<Posted, { kind: 'answer' }>

/** `{"message": "Unknown Webhook", "code": 10015}` → `Unknown Webhook (10015)`. */
function wordsOf(body: string): string {
  try {
    const { message = '', code = 0 } = Refusal.parse(JSON.parse(body))
    return `${foreignWords(message)}${code > 0 ? ` (${code})` : ''}`
  } catch {
    return foreignWords(body) // A page of the proxy in front of it.
  }
}

/** Seconds with a fraction in the body, whole ones in the header. */
function waitMsOf(answer: Answer, now: number): number {
  const inBody = /"retry_after":\s*(\d+(?:\.\d+)?)/.exec(answer.body)?.[1]
  return retryAfterMs(inBody ?? headerOf(answer, 'retry-after'), now)
}

function toDelivery(posted: Posted, now: number): Delivery {
  switch (posted.kind) {
    case 'not-public':
    case 'never-left':
      return { kind: 'not-sent', error: 'Discord cannot be reached' }
    case 'no-answer':
      return { kind: 'unclear', error: 'no answer from Discord' }
    case 'answer': {
      const { status } = posted
      const error = `${status} ${wordsOf(posted.body)}`.trim()
      if (status >= 200 && status < 300) return { kind: 'sent' }
      if (status === 429) return { kind: 'throttled', retryAfterMs: waitMsOf(posted, now), error }
      if (status >= 500) return { kind: 'unclear', error }
      return { kind: [401, 403, 404].includes(status) ? 'gone' : 'rejected', error }
    }
    default:
      return posted satisfies never
  }
}

type Deps = { findTarget: FindTarget; apiRoot: string; clock: Clock }

/** Webhooks of Discord channels. `apiRoot` stands in for the host of every one of them. */
export function createDiscord({ findTarget, apiRoot, clock }: Deps): MessagingProvider {
  const agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } })
  /** Where Discord said that nothing is left until then, by webhook: asked for once, right after the send. */
  const restMs = new Map<string, number>()
  return {
    channel: 'discord',
    gapMs: {
      channel: 0,
      destination(id) {
        const rest = restMs.get(id) ?? 0
        restMs.delete(id)
        return Math.max(GAP_MS, rest)
      },
    },
    async send(destination, _topicId, message, isInTime) {
      const target = await findTarget(destination)
      if ('kind' in target) return target
      const read = readDiscordUrl(target.url)
      if (read.kind === 'refused') return { kind: 'gone', error: `its address ${read.reason}` }
      if (!isInTime()) return { kind: 'late', error: 'the claim ran out before the message left' }
      const url = new URL(apiRoot.replace(/\/+$/, '') + read.url.pathname + read.url.search)
      // Answered only once the message is there.
      url.searchParams.set('wait', 'true')
      const posted = await postJson(agent, url.href, {}, JSON.stringify(discordPayload(message)))
      if (posted.kind === 'answer' && headerOf(posted, 'x-ratelimit-remaining') === '0')
        restMs.set(destination, retryAfterMs(headerOf(posted, 'x-ratelimit-reset-after'), clock.now()))
      return toDelivery(posted, clock.now())
    },
  }
}
