import type { Person } from '#shared/database/people.ts'
import { ProblemError } from '#shared/errors.ts'
import type { BotTexts } from './french.ts'
import { showMoment } from './show-time.ts'

type Reader = Pick<Person, 'language' | 'timeZone'>

/** When the first region is back, if all of them are banned. */
function allBannedUntil({ extra }: ProblemError): number | null {
  const ends = (extra.workers ?? []).map(({ reason, until }) =>
    reason.startsWith('banned') ? Date.parse(until ?? '') : NaN,
  )
  return ends.length === 0 || ends.some(Number.isNaN) ? null : Math.min(...ends)
}

/** Why the site could not be asked, for people; null for an error that is none of the site's. */
export function explainProblem(error: unknown, { problems }: BotTexts, now: number, reader: Reader): string | null {
  if (error instanceof Error && error.name === 'TimeoutError') return problems.slow
  if (!(error instanceof ProblemError)) return null
  switch (error.code) {
    case 'NO_WORKERS_AVAILABLE': {
      const until = allBannedUntil(error)
      return until === null ? problems.nobody : problems.banned(showMoment(until, now, reader))
    }
    case 'FLEET_PAUSED':
      return problems.paused
    case 'BLOCKED':
    case 'EGRESS_BANNED':
      return problems.refused
    case 'THROTTLED':
      return problems.throttled
    case 'MARKET_RESTS':
      return problems.captcha
    case 'WORKER_LOST':
      return problems.slow
    case 'BAD_SEARCH':
      return problems.unreadable
    default:
      return problems.unreachable
  }
}
