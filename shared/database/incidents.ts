import { z } from 'zod'
import { Id, Nothing, Time, rpc } from './rpc.ts'

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

export const incidentsRpcs = {
  save_evidence: rpc(
    {
      evidence: z.object({
        workerId: z.string(),
        market: z.string(),
        verdict: z.string(),
        httpStatus: z.int(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        screenshot: z.string().nullable(),
        fingerprint: z.string(),
      }),
    },
    Id,
  ),
  list_evidence: rpc({ most: z.int() }, z.array(EvidenceHead)),
  get_evidence: rpc({ id: Id }, Evidence.nullable()),
  open_incident: rpc(
    { kind: z.string(), subject: z.string(), detail: z.string(), evidence_id: Id.nullable().optional() },
    z.boolean(),
  ),
  close_incident: rpc({ kind: z.string(), subject: z.string() }, z.boolean()),
  list_incidents: rpc({}, z.array(Incident)),
  sync_incidents: rpc({ kinds: z.array(z.string()), incidents: z.array(CurrentIncident) }, Nothing),
  tell_incidents: rpc({ channel: z.string(), language: z.string() }, Nothing),
  read_troubles: rpc({}, Troubles),
  report_silent_main: rpc({ silent_ms: z.int(), detail: z.string() }, z.boolean()),
}
