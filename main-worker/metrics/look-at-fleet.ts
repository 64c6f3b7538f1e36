import { stopwatch } from '#shared/clock.ts'
import type { FleetNumbers, FleetRow } from '#shared/database/fleet.ts'
import type { Incident } from '#shared/database/incidents.ts'
import type { Operations } from '#shared/database/operators.ts'
import type { RpcResult } from '#shared/database/rpcs.ts'
import type { Cycles } from '#shared/database/runs.ts'
import type { SessionRow } from '#shared/database/sessions.ts'
import type { Context } from '../context.ts'
import { freshness } from '../fleet/freshness.ts'
import type { Freshness } from '../fleet/freshness.ts'
import { readSearches } from '../fleet/read-searches.ts'

export type FleetSight = {
  fleet: FleetRow
  numbers: FleetNumbers
  freshness: Freshness
  cycles: Cycles
  operations: Operations
  incidents: Incident[]
  sessions: SessionRow[]
  sizes: RpcResult<'read_sizes'>
  /** One call there and back. */
  roundTripMs: number
}

/** Several Prometheus servers, or an impatient one, cost the database no more than one. */
const GOOD_FOR_MS = 5_000
const DEADLINE_MS = 5_000

type Sources = Pick<Context, 'database' | 'planned'> & { config: Pick<Context['config'], 'meanGapMs'> }

async function read({ database, config, planned }: Sources, signal: AbortSignal): Promise<FleetSight> {
  const elapsed = stopwatch()
  const fleet = await database.call('read_fleet', {}, signal)
  const roundTripMs = elapsed()
  const [numbers, searches, cycles, operations, incidents, sessions, sizes] = await Promise.all([
    database.call('read_fleet_numbers', {}, signal),
    readSearches({ database, planned }, signal),
    database.call('read_cycles', {}, signal),
    database.call('read_operations', {}, signal),
    database.call('list_incidents', {}, signal),
    database.call('list_sessions', {}, signal),
    database.call('read_sizes', {}, signal),
  ])
  const fresh = freshness(numbers, fleet.workers, searches, config.meanGapMs)
  return { fleet, numbers, freshness: fresh, cycles, operations, incidents, sessions, sizes, roundTripMs }
}

/** Looks at everything at most once in five seconds. Null: the database does not answer; that too stands for five seconds. */
export function createFleetLook(
  context: Sources & Pick<Context, 'clock'>,
  deadlineMs = DEADLINE_MS,
): () => Promise<FleetSight | null> {
  let lookedAt = -Infinity
  let last: Promise<FleetSight | null> = Promise.resolve(null)
  return () => {
    const now = context.clock.now()
    // A clock that was set back must not freeze what was seen.
    if (now - lookedAt >= GOOD_FOR_MS || now < lookedAt) {
      lookedAt = now
      // `vigie_database_up` says it; why is told by the incident of the database.
      last = read(context, AbortSignal.timeout(deadlineMs)).catch(() => null)
    }
    return last
  }
}
