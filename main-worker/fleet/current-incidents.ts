import type { CurrentIncident, Troubles } from '#shared/database/incidents.ts'
import type { Cycles } from '#shared/database/runs.ts'
import type { FleetRow } from '#shared/database/fleet.ts'
import type { IncidentKind } from '#shared/incidents/incident-texts.ts'
import { cycleCapacity } from './cycle-capacity.ts'
import { workerAvailability } from './worker-availability.ts'

/** The kinds that follow from the state: open exactly while the state says so. The others are opened where they are met. */
export const STATE_KINDS = [
  'ban',
  'fleet-paused',
  'worker-down',
  'own-network',
  'main-down',
  'dead-letters',
  'chat-disabled',
  'channel-down',
  'no-checks',
  'late-cycle',
  'over-capacity',
  'search-parked',
  'database-slow',
] as const satisfies readonly IncidentKind[]

type StateIncident = CurrentIncident & { kind: (typeof STATE_KINDS)[number] }

/** What main saw of its database: reads in a row that were slow, and the last time it was away. */
export type DatabaseSight = { slowReads: number; lastReadMs: number; wasAway: string | null }

export type FleetSight = {
  fleet: FleetRow
  cycles: Cycles
  troubles: Troubles
  database: DatabaseSight
  pace: { schedule: 'cycle' | 'continuous'; cycleEveryMs: number | null; meanGapMs: number }
}

/** A region that restarts misses one check. */
const DOWN_AFTER_CHECKS = 2
const SLOW_AFTER_READS = 3
/** One failed connection is a hiccup. */
const DEAD_AFTER_FAILURES = 3

const incident = (
  kind: StateIncident['kind'],
  subject: string,
  detail: string,
  until: string | null = null,
): StateIncident => ({ kind, subject, detail, until })

const inMinutes = (ms: number): string => `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`

function ofWorkers({ workers }: FleetRow): StateIncident[] {
  const banned = new Map(
    workers.filter(({ bannedUntil }) => bannedUntil !== null).map((worker) => [worker.egress, worker]),
  )
  const bans = [...banned.values()].map(({ egress, banReason, bannedUntil }) =>
    incident('ban', egress, `refused (${banReason ?? '403'})`, bannedUntil),
  )
  const isDown = (worker: FleetRow['workers'][number]): boolean => worker.failedChecks >= DOWN_AFTER_CHECKS
  if (workerAvailability(workers).isOwnNetworkSuspect && workers.every(isDown))
    return [...bans, incident('own-network', 'main', `all ${workers.length} workers: ${workers[0]?.lastError ?? ''}`)]
  const down = workers.filter(isDown).map(({ id, lastError }) => incident('worker-down', id, lastError ?? 'no answer'))
  return [...bans, ...down]
}

/** After this many intervals without an end of any cycle somebody should look. */
const INTERVALS_WITHOUT_CYCLE = 3

/** Alerts are due, and nobody gets an answer: a site that is down, no worker at all, a clock that stands still. */
function ofMissingChecks({ cycles, fleet, pace }: FleetSight): StateIncident[] {
  const { lastCycle, runningCycle, searches } = cycles
  if (fleet.pause !== null || !lastCycle || searches === 0) return []
  if (lastCycle.status === 'failed') {
    const workers = lastCycle.summary?.workers ?? []
    // Workers that went through their searches brought answers: what was wrong with those is told by market.
    if (workers.some((worker) => worker.ok)) return []
    return [incident('no-checks', 'fleet', workers[0]?.error ?? 'no worker could be asked')]
  }
  // A pause is no silence: it begins to count when that is over.
  const lastSigns = [lastCycle.finishedAt ?? lastCycle.startedAt, fleet.pauseEndedAt, fleet.resumedAt]
  const stillMs = Date.parse(fleet.now) - Math.max(...lastSigns.map((sign) => (sign === null ? 0 : Date.parse(sign))))
  if (pace.cycleEveryMs === null || runningCycle || stillMs < pace.cycleEveryMs * INTERVALS_WITHOUT_CYCLE) return []
  return [incident('no-checks', 'fleet', `no cycle for ${inMinutes(stillMs)}`)]
}

function ofCycles({ cycles, fleet, pace }: FleetSight): StateIncident[] {
  const found: StateIncident[] = []
  const everyMs = pace.cycleEveryMs
  const { searches } = cycles
  const { summary } = cycles.lastCycle ?? {}
  // A report of the schedule ends with the request in flight: that is not late.
  if (pace.schedule === 'cycle' && everyMs !== null && summary && summary.durationMs > everyMs) {
    const detail = `${inMinutes(summary.durationMs)} for ${summary.totals.requests} requests, meant to take ${inMinutes(everyMs)}`
    found.push(incident('late-cycle', 'cycle', detail))
  }
  // At the configured pace: a slow day of one address is no reason to buy another.
  const capacity = cycleCapacity(
    fleet.workers.map(({ egress }) => ({ egress, slowFactor: 1 })),
    pace,
  )
  if (searches > capacity.searches) {
    const detail = `${searches} different searches; ${capacity.arithmetic} = ${capacity.searches}`
    found.push(incident('over-capacity', 'cycle', detail))
  }
  return found
}

function ofMessages({ deadLetters, disabledChats, deadChannels, parkedAlerts }: Troubles): StateIncident[] {
  return [
    ...deadLetters.map(({ channel, destination, count, error }) =>
      incident(
        'dead-letters',
        `${channel} ${destination}`,
        `${count} in the last 24 h; the last: ${error ?? 'unknown'}`,
      ),
    ),
    ...disabledChats.map(({ channel, destination, reason }) =>
      incident('chat-disabled', `${channel} ${destination}`, reason),
    ),
    ...deadChannels
      .filter(({ failures }) => failures >= DEAD_AFTER_FAILURES)
      .map(({ channel, error }) => incident('channel-down', channel, error ?? 'no connection')),
    ...parkedAlerts.map(({ names, count, reason, until }) =>
      incident(
        'search-parked',
        names.join(', ') + (count > names.length ? ` + ${count - names.length}` : ''),
        reason,
        until,
      ),
    ),
  ]
}

function ofDatabase({ slowReads, lastReadMs, wasAway }: DatabaseSight): StateIncident[] {
  if (wasAway !== null) return [incident('database-slow', 'database', wasAway)]
  if (slowReads < SLOW_AFTER_READS) return []
  return [incident('database-slow', 'database', `a read took ${Math.round(lastReadMs / 100) / 10} s`)]
}

/** While our own network is suspected nobody knows which worker is really down: what was said of them stands. */
export const kindsToSync = (incidents: readonly StateIncident[]): string[] =>
  STATE_KINDS.filter((kind) => kind !== 'worker-down' || !incidents.some((each) => each.kind === 'own-network'))

/** Everything that keeps the fleet from doing its work right now, each with the reason a user can read. */
export function currentIncidents(sight: FleetSight): StateIncident[] {
  const { pause } = sight.fleet
  return [
    ...(pause ? [incident('fleet-paused', 'fleet', pause.reason, pause.until)] : []),
    ...ofWorkers(sight.fleet),
    ...ofMissingChecks(sight),
    ...ofCycles(sight),
    ...ofMessages(sight.troubles),
    ...ofDatabase(sight.database),
  ]
}
