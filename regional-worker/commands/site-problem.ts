import type { Verdict } from '#shared/contracts/verdict.ts'
import { ProblemError } from '#shared/errors.ts'
import type { NoSlot } from '../vinted/ask-site.ts'

/** Why a short command got nothing from the site, as an answer to its caller. */
export function siteProblem(
  refused: NoSlot | { verdict: Verdict; detail: string; httpStatus: number; retryAfterMs?: number | null },
): ProblemError {
  if ('kind' in refused && refused.kind === 'banned') {
    return new ProblemError(503, 'EGRESS_BANNED', `this address is banned until ${refused.until} (${refused.reason})`)
  }
  if ('kind' in refused && refused.kind === 'paused') {
    const until = refused.until === null ? 'until it is resumed' : `until ${refused.until}`
    return new ProblemError(503, 'FLEET_PAUSED', `the fleet is paused ${until} (${refused.reason})`)
  }
  if ('kind' in refused && refused.kind === 'superseded') {
    return new ProblemError(409, 'SUPERSEDED', 'the cycle gave this to another worker')
  }
  const { verdict, detail, httpStatus } = refused as { verdict: Verdict; detail: string; httpStatus: number }
  switch (verdict) {
    case 'blocked':
    case 'challenged':
      return new ProblemError(403, 'BLOCKED', httpStatus === 403 ? 'HTTP 403' : `refused: ${detail}`)
    case 'captcha':
      return new ProblemError(503, 'MARKET_RESTS', detail)
    case 'throttled':
      return new ProblemError(429, 'THROTTLED', detail)
    case 'bad-search':
      return new ProblemError(422, 'BAD_SEARCH', detail)
    case 'no-session':
      return new ProblemError(503, 'BROWSER_MISSING', detail)
    case 'ok':
    case 'session-expired':
    case 'upstream-error':
    case 'protocol-changed':
    case 'wrong-market':
      return new ProblemError(502, 'SITE_UNAVAILABLE', `${verdict}: ${detail}`)
    default:
      return verdict satisfies never
  }
}
