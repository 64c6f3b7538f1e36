import type { Verdict } from '../contracts/verdict.ts'
import type { EgressEffect } from '../database/fleet.ts'

export type BanRules = {
  banDurationMs: number
  /** A repeat within two hours of its return doubles the ban up to this. */
  longestBanMs: number
}

/** Without a Retry-After the site's own habit is a minute. */
export const DEFAULT_RETRY_AFTER_MS = 60_000

const ban = ({ banDurationMs, longestBanMs }: BanRules, reason: string): EgressEffect => ({
  kind: 'ban',
  ms: banDurationMs,
  longestMs: longestBanMs,
  reason,
})

/**
 * What an answer of the site does to the address that asked. A 401 never arrives here as such: it is `session-expired`
 * while the session can be renewed and `blocked` after that.
 */
export function egressEffect(
  verdict: Verdict,
  answer: { httpStatus: number; retryAfterMs: number | null },
  rules: BanRules,
): EgressEffect {
  switch (verdict) {
    case 'ok':
      return { kind: 'good' }
    case 'blocked':
      return ban(rules, String(answer.httpStatus))
    case 'challenged':
      return ban(rules, `challenge, HTTP ${answer.httpStatus}`)
    case 'throttled':
      return answer.retryAfterMs === null
        ? { kind: 'rest', ms: DEFAULT_RETRY_AFTER_MS, doubles: true }
        : { kind: 'rest', ms: answer.retryAfterMs }
    case 'captcha': // Only that market rests on that worker.
    case 'session-expired':
    case 'upstream-error':
    case 'protocol-changed':
    case 'bad-search':
    case 'wrong-market':
    case 'no-session':
      return { kind: 'none' }
    default:
      return verdict satisfies never
  }
}
