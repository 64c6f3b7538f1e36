import { z } from 'zod'
import { Run } from '../contracts/run.ts'
import { Id, Nothing, Time, rpc } from './rpc.ts'

export const WorkerRow = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  url: z.string(),
  egress: z.string(),
  isHealthy: z.boolean(),
  isDraining: z.boolean(),
  lastHealthCheckAt: Time.nullable(),
  /** In a row, 0 while it answers. */
  failedChecks: z.int(),
  lastError: z.string().nullable(),
  requestCount: z.int(),
  successCount: z.int(),
  errorCount: z.int(),
  bannedAt: Time.nullable(),
  bannedUntil: Time.nullable(),
  banReason: z.string().nullable(),
  /** The site asked this address to wait (429). */
  restingUntil: Time.nullable(),
  /** Multiplies the configured gap: 1 at the normal pace, more after a 429. */
  slowFactor: z.number(),
})

export type WorkerRow = z.infer<typeof WorkerRow>

export const FleetPause = z.object({
  cause: z.enum(['refused', 'owner']),
  reason: z.string(),
  since: Time,
  /** Null until somebody resumes it. */
  until: Time.nullable(),
})

export type FleetPause = z.infer<typeof FleetPause>

export const FleetRow = z.object({
  /** The database's clock: what all times of a row are compared with. */
  now: Time,
  /** When somebody ended a pause by hand. */
  resumedAt: Time.nullable(),
  /** When the last pause ended by itself; null when none did since the last one. */
  pauseEndedAt: Time.nullable(),
  cursor: z.string().nullable(),
  pause: FleetPause.nullable(),
  /** A pause because of refusals is over, and one alert shall try first. */
  isTrial: z.boolean(),
  workers: z.array(WorkerRow),
})

export type FleetRow = z.infer<typeof FleetRow>

export const Refusal = z.object({ egress: z.string(), searchKey: z.string().nullable(), at: Time, until: Time })

/** An address was refused by the site, over a search or (null) over a session; `until` its ban ends. */
export type Refusal = z.infer<typeof Refusal>

export const EgressEffect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('good') }),
  /** `doubles`: the site named no time, so each one in a row is twice as long. */
  z.object({ kind: z.literal('rest'), ms: z.number(), doubles: z.literal(true).optional() }),
  /** `longestMs`: how long a repeat may become. */
  z.object({
    kind: z.literal('ban'),
    ms: z.number(),
    longestMs: z.number(),
    reason: z.string(),
    searchKey: z.string().optional(),
  }),
])

/** What an answer of the site does to the address that asked. */
export type EgressEffect = z.infer<typeof EgressEffect>

export const Slot = z.union([
  z.object({ granted: z.literal(true), nextAllowedAt: Time, nextInMs: z.number() }),
  z.object({ granted: z.literal(false), reason: z.literal('wait'), waitMs: z.number() }),
  z.object({ granted: z.literal(false), reason: z.literal('banned'), until: Time, banReason: z.string().nullable() }),
  z.object({ granted: z.literal(false), reason: z.literal('paused'), until: Time.nullable(), pauseReason: z.string() }),
  z.object({ granted: z.literal(false), reason: z.literal('superseded') }),
])

export type Slot = z.infer<typeof Slot>

export const MarketRest = z.object({ workerId: z.string(), market: z.string(), until: Time })

/** Half of the finds, and 95 of a hundred, within so many seconds; null without a find. */
const Quantiles = z.object({ p50S: z.number().nullable(), p95S: z.number().nullable() })

export const FleetNumbers = z.object({
  /**
   * Of the finds told in the last 24 hours, from the listing to the channel's answer. The site does not say when a listing was
   * published: it is taken as equally likely at any moment between the check that found it and the good one before. `dated`: of
   * how many that one is known; the others count from the check that found them, as `delivery` does for all.
   */
  ageOfFinds: Quantiles.extend({ count: z.int(), dated: z.int(), delivery: Quantiles }),
  /** Finds and requests of runs, of the last 24 hours. */
  spending: z.object({ finds: z.int(), requests: z.int(), requestsLastHour: z.int() }),
  outbox: z.object({ waiting: z.int(), oldestAgeS: z.int().nullable() }),
  /** What was refused to processes that had lost their part: writes of stale mains, workers and senders, and slots. */
  fencing: z.object({ staleWrites: z.int(), refusedSlots: z.int() }),
  lastCycle: Run.nullable(),
  runningCycle: Run.nullable(),
})

export type FleetNumbers = z.infer<typeof FleetNumbers>

export const fleetRpcs = {
  acquire_lease: rpc(
    { name: z.string(), holder: z.string(), ttl_ms: z.int() },
    z.object({ acquired: z.boolean(), holder: z.string(), token: z.int() }),
  ),
  release_lease: rpc({ name: z.string(), holder: z.string() }, Nothing),
  configure_workers: rpc(
    { workers: z.array(z.object({ id: z.string(), name: z.string(), region: z.string(), url: z.string() })) },
    Nothing,
  ),
  record_health: rpc(
    {
      worker_id: z.string(),
      healthy: z.boolean(),
      error: z.string().nullable(),
      unhealthy_after: z.int(),
      egress: z.string().nullable(),
    },
    Nothing,
  ),
  count_command: rpc({ worker_id: z.string(), ok: z.boolean(), error: z.string().nullable() }, Nothing),
  set_round_robin_cursor: rpc({ worker_id: z.string() }, Nothing),
  read_fleet: rpc({}, FleetRow),
  read_refusals: rpc({}, z.array(Refusal)),
  pause_fleet: rpc({ cause: z.enum(['refused', 'owner']), reason: z.string(), until: Time.nullable() }, z.boolean()),
  resume_fleet: rpc({}, z.boolean()),
  unban_worker: rpc({ worker_id: z.string() }, z.boolean()),
  set_draining: rpc({ worker_id: z.string(), is_draining: z.boolean() }, z.boolean()),
  count_stale_write: rpc({}, Nothing),
  announce_bans: rpc(
    {},
    z.object({
      ended: z.array(z.string()),
      begun: z.array(z.object({ egress: z.string(), reason: z.string(), until: Time })),
    }),
  ),
  read_fleet_numbers: rpc({}, FleetNumbers),
  take_slot: rpc(
    {
      egress: z.string(),
      gap_ms: z.int(),
      run_id: Id.optional(),
      search_key: z.string().optional(),
      attempt: z.int().optional(),
    },
    Slot,
  ),
  apply_egress_effect: rpc({ egress: z.string(), effect: EgressEffect }, Nothing),
  rest_market: rpc({ worker_id: z.string(), market: z.string(), ms: z.int() }, Nothing),
  list_market_rests: rpc({}, z.array(MarketRest)),
  record_probe: rpc({ market: z.string(), newest_ids: z.array(z.int()) }, Time),
}
