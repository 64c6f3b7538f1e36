import type { FleetRow, Refusal } from '#shared/database/fleet.ts'

/** Refusals this close together are one event. */
const WINDOW_MS = 10 * 60_000

type Fleet = Pick<FleetRow, 'now' | 'pause' | 'isTrial' | 'resumedAt' | 'workers'>

/**
 * Whether the whole fleet shall rest: every worker that could work (two or more) was refused within ten minutes, over at
 * least two different searches, so the site means us, not one address and not one search. After such a pause one alert tries
 * first, and its refusal is enough. Answers how many addresses were refused, null for no.
 */
export function judgePause(fleet: Fleet, refusals: readonly Refusal[]): number | null {
  const now = Date.parse(fleet.now)
  const isRecent = (time: string): boolean =>
    now - Date.parse(time) < WINDOW_MS && (fleet.resumedAt === null || time > fleet.resumedAt)
  if (fleet.pause !== null) return null
  const running = refusals.filter(({ at, until }) => isRecent(at) && Date.parse(until) > now)
  const atWork = fleet.workers.filter(
    ({ isHealthy, isDraining, restingUntil, bannedAt }) =>
      isHealthy && !isDraining && restingUntil === null && (bannedAt === null || isRecent(bannedAt)),
  )
  const addresses = new Set(atWork.map(({ egress }) => egress))
  const refused = running.filter(({ egress }) => addresses.has(egress))
  const refusedAddresses = new Set(refused.map(({ egress }) => egress)).size
  // A refused session blames no search: it counts as one of its own.
  const reasons = new Set(refused.map(({ egress, searchKey }) => searchKey ?? `session of ${egress}`)).size
  const isEveryOne = addresses.size >= 2 && refusedAddresses === addresses.size && reasons >= 2
  return isEveryOne || (fleet.isTrial && refusedAddresses > 0) ? refusedAddresses : null
}
