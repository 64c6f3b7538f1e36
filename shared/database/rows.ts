import { z } from 'zod'
import { Alert } from '../contracts/alert.ts'
import { FoundListing } from '../contracts/listing.ts'
import { Run } from '../contracts/run.ts'

export const Id = z.string()
export const Time = z.string()
export const Nothing = z.null()

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
  /** Rows that each filter dropped, by reason. */
  dropped: z.record(z.string(), z.int()).optional(),
  itemsChecked: z.int(),
})
export type CheckShare = z.infer<typeof CheckShare>

export const CheckInput = z.object({
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

export const BegunRun = z.union([
  z.object({ kind: z.literal('started'), run: Run, token: z.int() }),
  z.object({ kind: z.literal('resumed'), run: Run, token: z.int() }),
  z.object({ kind: z.literal('running'), run: Run.nullable(), holder: z.string() }),
  z.object({ kind: z.literal('known'), run: Run }),
])

const language = z.enum(['fr', 'en'])

/** What the fleet says of itself: an incident, the line of the day, a chat that was bound. */
export const Notice = z.union([
  z.object({
    incident: z.string(),
    subject: z.string(),
    detail: z.string(),
    isClosed: z.boolean(),
    /** When it is expected to end. */
    until: Time.nullish(),
    evidenceId: Id.nullable(),
    language,
  }),
  z.object({ daily: z.object({ checks: z.int(), finds: z.int() }), language }),
  z.object({ bound: z.literal(true), language }),
])
export type Notice = z.infer<typeof Notice>

export const OutboxPayload = z.union([
  Notice,
  z.object({ listing: FoundListing }),
  z.object({ count: z.int(), newest: z.array(FoundListing), reason: z.string().optional() }),
])

export const Notification = z.object({
  id: Id,
  alertId: Id.nullable(),
  alertName: z.string(),
  language: z.enum(['fr', 'en']),
  kind: z.enum(['find', 'drop', 'baseline', 'digest', 'notice']),
  event: z.string(),
  payload: OutboxPayload,
  /** Counts the send that follows. */
  attempts: z.int(),
  /** Sends before this one that got no clear answer. */
  unclearSends: z.int(),
  createdAt: Time,
})
export type Notification = z.infer<typeof Notification>

export const ClaimedMessage = z.object({
  claimId: Id,
  channel: z.string(),
  destination: z.string(),
  topicId: z.int().nullable(),
  isDigest: z.boolean(),
  /** How often in a row the whole channel could not be reached. */
  channelFailures: z.int(),
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

export const Incident = z.object({
  id: Id,
  kind: z.string(),
  subject: z.string(),
  detail: z.string(),
  evidenceId: Id.nullable(),
  since: Time,
  isOpen: z.boolean(),
  /** When it ended or, while it is open, when it is expected to. */
  until: Time.nullable(),
})
export type Incident = z.infer<typeof Incident>

export const EvidenceHead = z.object({
  id: Id,
  workerId: z.string(),
  market: z.string(),
  verdict: z.string(),
  httpStatus: z.int(),
  createdAt: Time,
})
export const Evidence = EvidenceHead.extend({
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  screenshot: z.string().nullable(),
})
export type Evidence = z.infer<typeof Evidence>

/** An incident as the rules see it: what is so now. */
export const CurrentIncident = z.object({
  kind: z.string(),
  subject: z.string(),
  detail: z.string(),
  until: Time.nullable(),
})
export type CurrentIncident = z.infer<typeof CurrentIncident>

export const Troubles = z.object({
  /** Of the last 24 hours, by chat. */
  deadLetters: z.array(
    z.object({ channel: z.string(), destination: z.string(), count: z.int(), error: z.string().nullable() }),
  ),
  disabledChats: z.array(z.object({ channel: z.string(), destination: z.string(), reason: z.string() })),
  /** Channels that could not be reached the last `failures` times. */
  deadChannels: z.array(
    z.object({ channel: z.string(), failures: z.int(), error: z.string().nullable(), since: Time.nullable() }),
  ),
  /** By reason; the names of the first three. */
  parkedAlerts: z.array(
    z.object({ names: z.array(z.string()), count: z.int(), reason: z.string(), until: Time.nullable() }),
  ),
})
export type Troubles = z.infer<typeof Troubles>

export const Sizes = z.object({
  databaseBytes: z.int(),
  /** Largest first, indexes included. */
  tables: z.array(z.object({ name: z.string(), bytes: z.int() })),
})

export const MarketRest = z.object({ workerId: z.string(), market: z.string(), until: Time })

export const FleetNumbers = z.object({
  ageOfFinds: z.object({ p50S: z.number().nullable(), p95S: z.number().nullable(), count: z.int() }),
  outbox: z.object({ waiting: z.int(), oldestAgeS: z.int().nullable() }),
  /** What was refused to processes that had lost their part: writes of stale mains, workers and senders, and slots. */
  fencing: z.object({ staleWrites: z.int(), refusedSlots: z.int() }),
  lastCycle: Run.nullable(),
  runningCycle: Run.nullable(),
})

export type FleetNumbers = z.infer<typeof FleetNumbers>

export const Cycles = z.object({
  runningCycle: Run.nullable(),
  /** The last one that ended by itself; skipped ones do not count. */
  lastCycle: Run.nullable(),
  /** How many different searches the last one had. */
  searches: z.int(),
})
export type Cycles = z.infer<typeof Cycles>

export const AlertFields = z.record(z.string(), z.unknown())
export const DueAlert = z.object({ alert: Alert, revision: z.int() })
export type DueAlert = z.infer<typeof DueAlert>

export const PlannedItem = z.object({
  searchKey: z.string(),
  workerId: z.string(),
  attempt: z.int(),
  alerts: z.array(z.object({ id: Id, revision: z.int() })),
})
export type PlannedItem = z.infer<typeof PlannedItem>
