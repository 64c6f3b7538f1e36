import type { FleetSight } from './look-at-fleet.ts'
import { perChannel, perWorker, single } from './metric-kinds.ts'
import type { FleetMetric } from './metric-kinds.ts'

type Worker = FleetSight['fleet']['workers'][number]

const seconds = (time: string): number => Date.parse(time) / 1000

const workerStates = ({ isHealthy, bannedUntil, isDraining, restingUntil }: Worker): [string, boolean][] => [
  ['healthy', isHealthy],
  ['banned', bannedUntil !== null],
  ['draining', isDraining],
  ['resting', restingUntil !== null],
]

const workers: FleetMetric[] = [
  {
    name: 'vigie_worker_state',
    help: '1 while the worker is healthy, banned, draining or resting (several may be so at once)',
    type: 'gauge',
    labels: ['worker', 'state'],
    samples: ({ fleet }) =>
      fleet.workers.flatMap((worker) =>
        workerStates(worker).map(([state, is]) => ({ labels: { worker: worker.id, state }, value: Number(is) })),
      ),
  },
  perWorker('counter', 'vigie_worker_requests_total', 'Commands sent to the worker', (each) => each.requestCount),
  perWorker(
    'counter',
    'vigie_worker_successes_total',
    'Commands it answered with success',
    (each) => each.successCount,
  ),
  perWorker('counter', 'vigie_worker_errors_total', 'Commands it failed, refused or lost', (each) => each.errorCount),
  perWorker('gauge', 'vigie_worker_ban_end_timestamp_seconds', 'When its ban ends, while it is banned', (each) =>
    each.bannedUntil === null ? null : seconds(each.bannedUntil),
  ),
  single('gauge', 'vigie_next_ban_end_timestamp_seconds', 'When the next ban ends, while there is one', ({ fleet }) => {
    const ends = fleet.workers.flatMap(({ bannedUntil }) => (bannedUntil === null ? [] : [seconds(bannedUntil)]))
    return ends.length === 0 ? null : Math.min(...ends)
  }),
  single('gauge', 'vigie_fleet_paused', '1 while the whole fleet asks nothing', ({ fleet }) =>
    Number(fleet.pause !== null),
  ),
]

const last = ({ cycles }: FleetSight) => cycles.lastCycle?.summary

const cycles: FleetMetric[] = [
  single('gauge', 'vigie_cycle_duration_seconds', 'How long the last cycle took', (sight) => {
    const ms = last(sight)?.durationMs
    return ms === undefined ? null : ms / 1000
  }),
  single('gauge', 'vigie_cycle_end_timestamp_seconds', 'When the last cycle ended', ({ cycles }) =>
    cycles.lastCycle?.finishedAt ? seconds(cycles.lastCycle.finishedAt) : null,
  ),
  single('gauge', 'vigie_cycle_running', '1 while a cycle runs', ({ cycles }) => Number(cycles.runningCycle !== null)),
  single(
    'gauge',
    'vigie_cycle_alerts_checked',
    'Alerts the last cycle checked',
    (sight) => last(sight)?.totals.alertsChecked,
  ),
  single('gauge', 'vigie_cycle_searches', 'Different searches of the last cycle', ({ cycles }) =>
    cycles.lastCycle ? cycles.searches : null,
  ),
  single('gauge', 'vigie_cycle_requests', 'Requests of the last cycle', (sight) => last(sight)?.totals.requests),
  single(
    'gauge',
    'vigie_cycle_requests_saved',
    'Requests that alerts of one search did not need in the last cycle',
    (sight) => last(sight)?.totals.requestsSaved,
  ),
  {
    name: 'vigie_cycles_24h',
    help: 'Cycles of the last 24 hours, by how they ended',
    type: 'gauge',
    labels: ['state'],
    samples: ({ operations }) =>
      ['done', 'partial', 'failed', 'skipped'].map((state) => ({
        labels: { state },
        value: operations.cycles[state] ?? 0,
      })),
  },
  single('gauge', 'vigie_active_alerts', 'Alerts that are switched on', ({ operations }) => operations.activeAlerts),
]

const messages: FleetMetric[] = [
  perChannel('vigie_outbox_waiting', 'Messages that wait or are being sent', ({ waiting }) => waiting),
  perChannel('vigie_outbox_oldest_seconds', 'Age of the oldest of them', ({ oldestAgeS }) => oldestAgeS),
  perChannel('vigie_dead_letters_24h', 'Messages that nobody took in the last 24 hours', ({ failed }) => failed),
]

const fresh: FleetMetric[] = [
  single(
    'gauge',
    'vigie_find_age_p50_seconds',
    'Half of the finds of 24 hours were delivered within, from the listing (estimated: any moment between two checks)',
    ({ freshness }) => freshness.ageOfFinds.p50S,
  ),
  single(
    'gauge',
    'vigie_find_age_p95_seconds',
    '95 % of the finds of 24 hours were delivered within, from the listing (estimated: any moment between two checks)',
    ({ freshness }) => freshness.ageOfFinds.p95S,
  ),
  single(
    'gauge',
    'vigie_find_delivery_p50_seconds',
    'Half of the finds of 24 hours were delivered within, from the check that found them',
    ({ freshness }) => freshness.ageOfFinds.delivery.p50S,
  ),
  single(
    'gauge',
    'vigie_find_delivery_p95_seconds',
    '95 % of the finds of 24 hours were delivered within, from the check that found them',
    ({ freshness }) => freshness.ageOfFinds.delivery.p95S,
  ),
  single('gauge', 'vigie_finds_24h', 'Finds delivered in the last 24 hours', (sight) => sight.numbers.ageOfFinds.count),
  single(
    'gauge',
    'vigie_requests_per_find',
    'Requests of runs for each find of the last 24 hours',
    (sight) => sight.freshness.requestsPerFind,
  ),
  single(
    'gauge',
    'vigie_requests_1h',
    'Requests of runs in the last hour',
    ({ freshness }) => freshness.budget.usedPerHour,
  ),
  single(
    'gauge',
    'vigie_budget_requests_per_hour',
    'What the addresses that are available now may ask of the site in an hour',
    ({ freshness }) => freshness.budget.requestsPerHour,
  ),
  single(
    'gauge',
    'vigie_bound_seconds',
    'Time to ask every search once with all of the budget',
    ({ freshness }) => freshness.budget.boundS,
  ),
]

const countBy = (kinds: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

const health: FleetMetric[] = [
  {
    name: 'vigie_open_incidents',
    help: 'Incidents that are open, by kind',
    type: 'gauge',
    labels: ['kind'],
    samples: ({ incidents }) =>
      [...countBy(incidents.filter(({ isOpen }) => isOpen).map(({ kind }) => kind))].map(([kind, value]) => ({
        labels: { kind },
        value,
      })),
  },
  {
    name: 'vigie_session_age_seconds',
    help: 'Age of the sessions that can be used; an imported one that all share has the worker "shared"',
    type: 'gauge',
    labels: ['worker', 'market'],
    samples: ({ sessions }) =>
      sessions
        .filter(({ isUsable }) => isUsable)
        .map(({ worker, market, ageS }) => ({ labels: { worker: worker ?? 'shared', market }, value: ageS })),
  },
  single(
    'counter',
    'vigie_stale_writes_total',
    'Writes refused to processes that had lost their part',
    (sight) => sight.numbers.fencing.staleWrites,
  ),
  single(
    'counter',
    'vigie_refused_slots_total',
    'Requests refused to work that was planned anew',
    (sight) => sight.numbers.fencing.refusedSlots,
  ),
  single(
    'gauge',
    'vigie_database_round_trip_seconds',
    'One call to the database and back',
    (sight) => sight.roundTripMs / 1000,
  ),
  single('gauge', 'vigie_database_bytes', 'Size of the database', ({ sizes }) => sizes.databaseBytes),
]

/** Everything a scrape tells of the fleet, out of one look at the database. */
export const fleetMetrics: readonly FleetMetric[] = [...workers, ...cycles, ...messages, ...fresh, ...health]
