import { z } from 'zod'
import { Alert } from '../contracts/alert.ts'
import { FoundListing } from '../contracts/listing.ts'
import { AlertFields } from './alerts.ts'
import { FleetPause } from './fleet.ts'
import { OutboxRow } from './outbox.ts'
import { Id, rpc, Time } from './rpc.ts'

/** Of one hour of the last day: how many hours ago it was, good checks, failed ones, finds. An hour may come in several parts, or not at all. */
export const ActiveHour = z.tuple([z.int(), z.int(), z.int(), z.int()])
export type ActiveHour = z.infer<typeof ActiveHour>

const CycleClock = z.object({
  /** The database's clock. */
  now: Time,
  pause: FleetPause.nullable(),
  /** When the clock last asked for a cycle; null when it never did. */
  lastTickAt: Time.nullable(),
  /** How many people there are, the owner included. */
  people: z.int(),
})

const Check = z.object({
  verdict: z.string(),
  error: z.string().nullable(),
  itemsChecked: z.int(),
  /** How many listings passed the filters. */
  matches: z.int(),
  /** Rows that each filter dropped, by reason. */
  dropped: z.record(z.string(), z.int()),
  checkedAt: Time,
})

export const ListedAlert = z.object({
  id: Id,
  name: z.string(),
  market: z.string(),
  isActive: z.boolean(),
  pausedUntil: Time.nullable(),
  parkedReason: z.string().nullable(),
  parkedUntil: Time.nullable(),
  /** The last good check; null before the baseline. */
  lastCheckedAt: Time.nullable(),
  personId: Id.nullable(),
  personName: z.string(),
  /** The cycle that runs has yet to check it. */
  isPlanned: z.boolean(),
})
export type ListedAlert = z.infer<typeof ListedAlert>

/** Only alerts that did anything have one. */
export const AlertDay = z.object({
  id: Id,
  hours: z.array(ActiveHour),
  finds: z.int(),
  /** Good or not; null when there was none in the last 24 hours. */
  lastCheck: Check.nullable(),
})
export type AlertDay = z.infer<typeof AlertDay>

export const AlertActivity = CycleClock.extend({ alerts: z.array(ListedAlert) })
export type AlertActivity = z.infer<typeof AlertActivity>

export const RecentCheck = Check.extend({
  runId: Id,
  workerId: z.string().nullable(),
  newMatches: z.int(),
  ms: z.int().nullable(),
})
export type RecentCheck = z.infer<typeof RecentCheck>

export const AlertDetails = CycleClock.extend({
  alert: Alert,
  personName: z.string(),
  isPlanned: z.boolean(),
  hours: z.array(ActiveHour),
  checks: z.array(RecentCheck),
  allFinds: z.int(),
  finds: z.array(FoundListing),
  messages: z.array(OutboxRow),
})
export type AlertDetails = z.infer<typeof AlertDetails>

const NewAlert = z.object({ id: Id, alert: AlertFields, personId: Id.nullable() })

export const activityRpcs = {
  read_alert_activity: rpc({ person_id: Id.nullable().optional() }, AlertActivity),
  read_alert_days: rpc({ ids: z.array(Id) }, z.array(AlertDay)),
  read_alert_details: rpc({ id: Id }, AlertDetails.nullable()),
  create_alerts: rpc({ alerts: z.array(NewAlert) }, z.array(Alert)),
  change_alerts: rpc({ ids: z.array(Id), changes: AlertFields, person_id: Id.nullable().optional() }, z.int()),
  delete_alerts: rpc({ ids: z.array(Id), person_id: Id.nullable().optional() }, z.int()),
}
