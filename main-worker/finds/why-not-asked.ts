import { ProblemError } from '#shared/errors.ts'

/** Why nobody could be asked whether a find is still for sale. */
export const notAskedReasons = ['paused', 'banned', 'refused', 'busy', 'resting', 'noPage', 'unavailable'] as const
export type NotAsked = (typeof notAskedReasons)[number]

/** Null: that is no such reason, but a fault or a find that is not there. */
export function whyNotAsked(error: unknown): NotAsked | null {
  if (!(error instanceof ProblemError)) return null
  switch (error.code) {
    case 'FLEET_PAUSED':
      return 'paused'
    case 'EGRESS_BANNED':
      return 'banned'
    case 'NO_WORKERS_AVAILABLE':
      return error.extra.workers?.some(({ reason }) => reason.startsWith('banned')) ? 'banned' : 'unavailable'
    case 'BLOCKED':
      return 'refused'
    case 'THROTTLED':
    case 'WORKER_BUSY':
    case 'SUPERSEDED':
      return 'busy'
    case 'MARKET_RESTS':
      return 'resting'
    case 'NO_LISTING_PAGE':
    case 'URL_REFUSED':
      return 'noPage'
    case 'NOT_FOUND':
      return null
    default:
      // A worker that was lost, a session that cannot be made, a site that answers nonsense.
      return 'unavailable'
  }
}
