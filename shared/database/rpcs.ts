import { z } from 'zod'
import { Alert } from '../contracts/alert.ts'
import { FoundListing } from '../contracts/listing.ts'
import { Run, RunSummary, RunWithAlerts } from '../contracts/run.ts'

const Id = z.string()
const Time = z.string()
const Nothing = z.null()

export const WorkerRow = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  url: z.string(),
  egress: z.string(),
  isHealthy: z.boolean(),
  isDraining: z.boolean(),
  lastHealthCheckAt: Time.nullable(),
  lastError: z.string().nullable(),
  requestCount: z.int(),
  successCount: z.int(),
  errorCount: z.int(),
  bannedUntil: Time.nullable(),
  banReason: z.string().nullable(),
  /** The site asked this address to wait (429). */
  restingUntil: Time.nullable(),
  lastGoodAt: Time.nullable(),
})
export type WorkerRow = z.infer<typeof WorkerRow>

export const EgressEffect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('good') }),
  z.object({ kind: z.literal('rest'), ms: z.number() }),
  z.object({ kind: z.literal('ban'), ms: z.number(), reason: z.string() }),
])
/** What an answer of the site does to the address that asked. */
export type EgressEffect = z.infer<typeof EgressEffect>

export const Slot = z.union([
  z.object({ granted: z.literal(true), nextAllowedAt: Time, nextInMs: z.number(), banCount: z.int() }),
  z.object({ granted: z.literal(false), reason: z.literal('wait'), waitMs: z.number() }),
  z.object({ granted: z.literal(false), reason: z.literal('banned'), until: Time, banReason: z.string().nullable() }),
  z.object({ granted: z.literal(false), reason: z.literal('superseded') }),
])
export type Slot = z.infer<typeof Slot>

export const StoredSession = z.object({
  id: Id,
  market: z.string(),
  worker: z.string().nullable(),
  userAgent: z.string(),
  sealedJar: z.string(),
  source: z.string(),
  createdAt: Time,
  renewAt: Time,
  expiresAt: Time,
  renewDue: z.boolean(),
})
export type StoredSession = z.infer<typeof StoredSession>

export const SessionRow = z.object({
  worker: z.string().nullable(),
  market: z.string(),
  source: z.string(),
  cookieNames: z.array(z.string()),
  createdAt: Time,
  ageS: z.int(),
  expiresAt: Time,
  isUsable: z.boolean(),
  lastVerdict: z.string().nullable(),
  useCount: z.int(),
})
export type SessionRow = z.infer<typeof SessionRow>

export const CheckShare = z.object({
  alertId: Id,
  channel: z.string(),
  destination: z.string(),
  topicId: z.int().nullable(),
  matchIds: z.array(z.int()),
  itemsChecked: z.int(),
})
export type CheckShare = z.infer<typeof CheckShare>

const CheckInput = z.object({
  checkId: Id,
  runId: Id.nullable(),
  attempt: z.int().nullable(),
  workerId: z.string(),
  egress: z.string(),
  sessionId: Id.nullable(),
  search: z.object({ key: z.string(), canonical: z.string(), market: z.string() }),
  verdict: z.string(),
  error: z.string().nullable(),
  ms: z.int(),
  effect: EgressEffect,
  itemIds: z.array(z.int()).nullable(),
  /** Listings that match at least one alert, by item id. */
  listings: z.record(z.string(), FoundListing),
  alerts: z.array(CheckShare),
})
export type CheckInput = z.infer<typeof CheckInput>

export const RecordedCheck = z.object({
  recorded: z.boolean(),
  alerts: z.array(
    z.object({
      alertId: Id,
      mode: z.enum(['baseline', 'catch-up', 'overflow', 'normal']),
      matches: z.int(),
      newMatches: z.int(),
      newIds: z.array(z.int()),
    }),
  ),
})
export type RecordedCheck = z.infer<typeof RecordedCheck>

export const RunItem = z.object({
  searchKey: z.string(),
  workerId: z.string(),
  attempt: z.int(),
  state: z.enum(['planned', 'recorded']),
  verdict: z.string().nullable(),
  requests: z.int(),
})
export type RunItem = z.infer<typeof RunItem>

const BegunRun = z.union([
  z.object({ kind: z.literal('started'), run: Run, token: z.int() }),
  z.object({ kind: z.literal('resumed'), run: Run, token: z.int() }),
  z.object({ kind: z.literal('running'), run: Run.nullable(), holder: z.string() }),
  z.object({ kind: z.literal('known'), run: Run }),
])

export const OutboxPayload = z.union([
  z.object({ listing: FoundListing }),
  z.object({ count: z.int(), newest: z.array(FoundListing), reason: z.string().optional() }),
])

export const Notification = z.object({
  id: Id,
  alertId: Id.nullable(),
  alertName: z.string(),
  language: z.enum(['fr', 'en']),
  kind: z.enum(['find', 'drop', 'baseline', 'digest']),
  event: z.string(),
  payload: OutboxPayload,
  attempts: z.int(),
  createdAt: Time,
})
export type Notification = z.infer<typeof Notification>

export const ClaimedMessage = z.object({
  claimId: Id,
  channel: z.string(),
  destination: z.string(),
  topicId: z.int().nullable(),
  isDigest: z.boolean(),
  notifications: z.array(Notification).min(1),
})
export type ClaimedMessage = z.infer<typeof ClaimedMessage>

export const DeliveryOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sent') }),
  z.object({
    kind: z.literal('retry'),
    afterMs: z.number(),
    error: z.string(),
    /** The whole channel waits, not this destination alone. */
    wholeChannel: z.boolean(),
    /** Not the message's fault (429, no network): it takes no attempt. */
    uncounted: z.boolean(),
    /** It may have been delivered all the same. */
    ambiguous: z.boolean(),
  }),
  z.object({ kind: z.literal('failed'), error: z.string() }),
  z.object({ kind: z.literal('disabled'), error: z.string() }),
  z.object({ kind: z.literal('migrated'), to: z.string(), error: z.string() }),
])
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>

export const OutboxRow = z.object({
  id: Id,
  channel: z.string(),
  destination: z.string(),
  alertId: Id.nullable(),
  itemId: z.int(),
  event: z.string(),
  kind: z.string(),
  status: z.enum(['waiting', 'sending', 'sent', 'merged', 'failed', 'cancelled']),
  attempts: z.int(),
  possibleRepeats: z.int(),
  notBefore: Time,
  lastError: z.string().nullable(),
  createdAt: Time,
  settledAt: Time.nullable(),
  payload: OutboxPayload,
})
export type OutboxRow = z.infer<typeof OutboxRow>

const FleetNumbers = z.object({
  ageOfFinds: z.object({ p50S: z.number().nullable(), p95S: z.number().nullable(), count: z.int() }),
  outbox: z.object({ waiting: z.int(), oldestAgeS: z.int().nullable() }),
  lastCycle: Run.nullable(),
  runningCycle: Run.nullable(),
})

const AlertFields = z.record(z.string(), z.unknown())
const DueAlert = z.object({ alert: Alert, revision: z.int() })
export type DueAlert = z.infer<typeof DueAlert>

const PlannedItem = z.object({
  searchKey: z.string(),
  workerId: z.string(),
  attempt: z.int(),
  alerts: z.array(z.object({ id: Id, revision: z.int() })),
})
export type PlannedItem = z.infer<typeof PlannedItem>

const rpc = <Args extends z.core.$ZodShape, Result extends z.ZodType>(args: Args, result: Result) => ({
  args: z.object(args),
  result,
})

/** Every function of the database that the product calls. A test compares this table with `pg_proc`. */
export const rpcs = {
  create_alert: rpc({ id: Id, alert: AlertFields }, Alert),
  list_alerts: rpc({}, z.array(Alert)),
  get_alert: rpc({ id: Id }, Alert.nullable()),
  update_alert: rpc({ id: Id, changes: AlertFields }, Alert.nullable()),
  delete_alert: rpc({ id: Id }, z.boolean()),

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
  read_fleet: rpc({}, z.object({ cursor: z.string().nullable(), workers: z.array(WorkerRow) })),
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

  load_session: rpc({ market: z.string(), worker: z.string() }, StoredSession.nullable()),
  save_session: rpc(
    {
      session: z.object({
        market: z.string(),
        worker: z.string().nullable(),
        userAgent: z.string(),
        cookieNames: z.array(z.string()),
        sealedJar: z.string(),
        source: z.enum(['http', 'browser', 'import']),
        renewAt: Time,
        expiresAt: Time,
      }),
    },
    Id,
  ),
  mark_session: rpc({ id: Id, verdict: z.string() }, Nothing),
  list_sessions: rpc({}, z.array(SessionRow)),

  begin_run: rpc(
    {
      run_id: Id,
      holder: z.string(),
      ttl_ms: z.int(),
      trigger: z.string(),
      idempotency_key: z.string().nullable().optional(),
    },
    BegunRun,
  ),
  bind_run_key: rpc({ idempotency_key: z.string(), run_id: Id }, Run),
  list_due_alerts: rpc({}, z.array(DueAlert)),
  plan_run: rpc({ run_id: Id, token: z.int(), items: z.array(PlannedItem) }, z.array(z.string())),
  read_run_items: rpc({ run_id: Id }, z.array(RunItem)),
  park_alerts: rpc(
    { run_id: Id, token: z.int(), alert_ids: z.array(Id), reason: z.string(), until: Time.nullable() },
    Nothing,
  ),
  finish_run: rpc({ run_id: Id, token: z.int(), holder: z.string(), status: z.string(), summary: RunSummary }, Nothing),
  record_skipped_tick: rpc({ run_id: Id, summary: RunSummary }, Nothing),
  get_run: rpc({ run_id: Id }, RunWithAlerts.nullable()),
  list_runs: rpc({ most: z.int() }, z.array(Run)),

  record_check: rpc({ check_result: CheckInput }, RecordedCheck),

  claim_message: rpc(
    { channel: z.string(), claim_id: Id, lock_ms: z.int(), channel_gap_ms: z.int() },
    z.union([ClaimedMessage, z.object({ waitMs: z.number() })]).nullable(),
  ),
  settle_message: rpc({ claim_id: Id, outcome: DeliveryOutcome, gap_ms: z.int() }, z.boolean()),
  list_outbox: rpc({ status: z.string().nullable(), most: z.int() }, z.array(OutboxRow)),
  retry_outbox: rpc({ id: Id }, OutboxRow.nullable()),
}

export type RpcName = keyof typeof rpcs
export type RpcArgs<Name extends RpcName> = z.input<(typeof rpcs)[Name]['args']>
export type RpcResult<Name extends RpcName> = z.output<(typeof rpcs)[Name]['result']>
