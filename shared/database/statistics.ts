import { z } from 'zod'
import { Run, RunAlert } from '../contracts/run.ts'
import { MarketRest } from './fleet.ts'
import { Id, rpc, Time } from './rpc.ts'
import { SessionRow } from './sessions.ts'

/** Ticks that came while a cycle ran, or a paused fleet; `reason` is the newest one's. */
const Skipped = z.object({ count: z.int(), reason: z.string().nullable() })
export type Skipped = z.infer<typeof Skipped>

export const RunPage = z.object({
  runs: z.array(Run.extend({ skippedBefore: Skipped })),
  skippedSince: Skipped,
  hasMore: z.boolean(),
})
export type RunPage = z.infer<typeof RunPage>

/** `name` and `market` null: the alert is gone. */
export const RunOutcome = RunAlert.omit({ searchKey: true }).extend({
  name: z.string().nullable(),
  market: z.string().nullable(),
  /** What the site answered, where it refused. */
  evidenceId: Id.nullable(),
})
export type RunOutcome = z.infer<typeof RunOutcome>

export const RunSearch = z.object({
  workerId: z.string(),
  verdict: z.string().nullable(),
  checkedAt: Time.nullable(),
  ms: z.int().nullable(),
  alerts: z.int(),
})
export type RunSearch = z.infer<typeof RunSearch>

export const RunRefusal = z.object({
  workerId: z.string(),
  at: Time,
  verdict: z.string(),
  evidenceId: Id.nullable(),
})
export type RunRefusal = z.infer<typeof RunRefusal>

export const RunDetails = Run.extend({
  counts: z.object({ all: z.int(), problems: z.int(), finds: z.int(), open: z.int() }),
  searches: z.array(RunSearch),
  /** Of addresses, while the run went on; known for a day. */
  refusals: z.array(RunRefusal),
  alerts: z.array(RunOutcome),
})
export type RunDetails = z.infer<typeof RunDetails>

export const SessionTable = z.object({
  sessions: z.array(SessionRow),
  rests: z.array(MarketRest),
  /** Those of active alerts. */
  markets: z.array(z.string()),
})
export type SessionTable = z.infer<typeof SessionTable>

/** Of a cycle's searches: `ok` answered well, `refused` stayed refused at the end of their cycle. */
const counts = {
  finds: z.int(),
  delivered: z.int(),
  searches: z.int(),
  ok: z.int(),
  refused: z.int(),
  requests: z.int(),
}
/** From the listing (as in FleetNumbers) to the channel's answer, and what of it is delivery, in seconds; null without one. */
const ages = {
  p50S: z.number().nullable(),
  p95S: z.number().nullable(),
  deliveryP50S: z.number().nullable(),
}

export const StatisticsStep = z.object({
  at: Time,
  ...counts,
  ...ages,
  /** By worker: alerts that cycles gave it, and those of them that it checked itself. */
  regions: z.record(z.string(), z.object({ assigned: z.int(), checked: z.int() })),
})
export type StatisticsStep = z.infer<typeof StatisticsStep>

export const Statistics = z.object({
  since: Time,
  now: Time,
  stepMinutes: z.int(),
  totals: z.object({ cycles: z.int(), ...counts, ...ages }),
  /** The last one is unfinished. */
  steps: z.array(StatisticsStep),
})
export type Statistics = z.infer<typeof Statistics>

/** What the pages about runs, sessions, statistics and people read, and the owner's code. */
export const statisticsRpcs = {
  page_runs: rpc({ most: z.int(), before: Id.nullable().optional() }, RunPage),
  read_run: rpc(
    { run_id: Id, show: z.enum(['all', 'problems', 'finds']), page: z.int(), most: z.int() },
    RunDetails.nullable(),
  ),
  read_session_table: rpc({}, SessionTable),
  read_statistics: rpc({ hours: z.int(), step_minutes: z.int() }, Statistics),
}
