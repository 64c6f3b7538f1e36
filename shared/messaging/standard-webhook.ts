import { Webhook } from 'standardwebhooks'
import { Agent } from 'undici'
import type { Clock } from '../clock.ts'
import { createPublicLookup } from '../net/public-lookup.ts'
import { headerOf, postJson } from '../net/post-json.ts'
import type { Posted } from '../net/post-json.ts'
import { foreignWords } from './foreign-words.ts'
import type { Delivery, MessagingProvider } from './messaging-provider.ts'
import { retryAfterMs } from './retry-after.ts'
import type { FindTarget } from './webhook-targets.ts'
import { isAllowedHost, readStandardUrl } from './webhook-url.ts'
import { webhookId, webhookPayload } from './webhook-payload.ts'

const CONNECT_TIMEOUT_MS = 5_000
/** A program takes what it gets; ten a second are no burst to anybody. */
const GAP_MS = 100

/**
 * A receiver dedupes by `webhook-id`, so whatever has no clear answer may be repeated more than once. The words are the
 * receiver's own; its address is never among them.
 */
function toDelivery(posted: Posted, now: number): Delivery {
  switch (posted.kind) {
    case 'not-public':
      return { kind: 'gone', error: posted.error }
    case 'never-left':
      return { kind: 'not-sent', error: 'the receiver cannot be reached', isAlone: true }
    case 'no-answer':
      return { kind: 'unclear', error: 'no answer from the receiver', dedupes: true }
    case 'answer': {
      const { status, body } = posted
      const error = `${status} ${foreignWords(body)}`.trim()
      if (status >= 200 && status < 300) return { kind: 'sent' }
      if (status === 410) return { kind: 'gone', error }
      if (status === 429)
        return { kind: 'throttled', retryAfterMs: retryAfterMs(headerOf(posted, 'retry-after'), now), error }
      if (status >= 500 || status === 408) return { kind: 'unclear', error, dedupes: true }
      if (status >= 300 && status < 400) return { kind: 'rejected', error: `${status}: redirects are not followed` }
      return { kind: 'rejected', error }
    }
    default:
      return posted satisfies never
  }
}

type Deps = { findTarget: FindTarget; allowedHosts: readonly string[]; clock: Clock }

/** Signed POSTs to programs, as https://www.standardwebhooks.com has it; the body is `WebhookPayload`. */
export function createStandardWebhook({ findTarget, allowedHosts, clock }: Deps): MessagingProvider {
  const connectTimeout = CONNECT_TIMEOUT_MS
  const outside = new Agent({ connect: { timeout: connectTimeout, lookup: createPublicLookup() } })
  const inside = new Agent({ connect: { timeout: connectTimeout } })
  return {
    channel: 'webhook',
    gapMs: { channel: 0, destination: () => GAP_MS },
    async send(destination, _topicId, message, isInTime) {
      const target = await findTarget(destination)
      if ('kind' in target) return target
      // Again: what is allowed may have changed since it was added.
      const read = readStandardUrl(target.url, allowedHosts)
      if (read.kind === 'refused') return { kind: 'gone', error: `its address ${read.reason}` }
      if (!isInTime()) return { kind: 'late', error: 'the claim ran out before the message left' }
      const id = webhookId(message)
      const body = JSON.stringify(webhookPayload(message))
      const now = new Date(clock.now())
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': new Webhook(target.secret).sign(id, now, body),
      }
      const dispatcher = isAllowedHost(read.url, allowedHosts) ? inside : outside
      return toDelivery(await postJson(dispatcher, read.url.href, headers, body), clock.now())
    },
  }
}
