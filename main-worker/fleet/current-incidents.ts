import type { CurrentIncident, FleetNumbers, FleetRow, Troubles } from '#shared/database/rows.ts'
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
  numbers: FleetNumbers
  troubles: Troubles
  /** Different searches of the alerts that are due. */
  searches: number
  database: DatabaseSight
  pace: { cycleEveryMs: number | null; meanGapMs: number }
}

/** A region that restarts misses one check; two are a minute of silence. */
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

function ofCycles({ numbers, searches, fleet, pace }: FleetSight): StateIncident[] {
  const found: StateIncident[] = []
  const everyMs = pace.cycleEveryMs
  const { summary } = numbers.lastCycle ?? {}
  if (everyMs !== null && summary && summary.durationMs > everyMs) {
    const detail = `${inMinutes(summary.durationMs)} for ${summary.totals.requests} requests, meant to take ${inMinutes(everyMs)}`
    found.push(incident('late-cycle', 'cycle', detail))
  }
  const capacity = cycleCapacity(fleet.workers, pace)
  if (searches > capacity.searches) {
    const detail = `${searches} different searches; ${capacity.arithmetic} = ${capacity.searches} per cycle`
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
    ...parkedAlerts.map(({ name, reason, until }) => incident('search-parked', name, reason, until)),
  ]
}

function ofDatabase({ slowReads, lastReadMs, wasAway }: DatabaseSight): StateIncident[] {
  if (wasAway !== null) return [incident('database-slow', 'database', wasAway)]
  if (slowReads < SLOW_AFTER_READS) return []
  return [incident('database-slow', 'database', `a read took ${Math.round(lastReadMs / 100) / 10} s`)]
}

/** Everything that keeps the fleet from doing its work right now, each with the reason a user can read. */
export function currentIncidents(sight: FleetSight): StateIncident[] {
  const { pause } = sight.fleet
  return [
    ...(pause ? [incident('fleet-paused', 'fleet', pause.reason, pause.until)] : []),
    ...ofWorkers(sight.fleet),
    ...ofCycles(sight),
    ...ofMessages(sight.troubles),
    ...ofDatabase(sight.database),
  ]
}
