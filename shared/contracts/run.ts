import { z } from 'zod'

export const RunStatus = z.enum(['running', 'done', 'partial', 'failed', 'skipped'])
export type RunStatus = z.infer<typeof RunStatus>

export const WorkerShare = z.object({
  id: z.string(),
  region: z.string(),
  ok: z.boolean(),
  alertsAssigned: z.int(),
  alertsChecked: z.int(),
  itemsChecked: z.int(),
  matches: z.int(),
  newMatches: z.int(),
  error: z.string().optional(),
})
export type WorkerShare = z.infer<typeof WorkerShare>

/** The answer of `run-once` and the summary every run leaves. `matches` pass the filters now, `newMatches` are new to their alert. */
export const RunSummary = z.object({
  runId: z.string(),
  status: RunStatus,
  startedAt: z.string(),
  durationMs: z.int(),
  workers: z.array(WorkerShare),
  totals: z.object({
    alerts: z.int(),
    alertsChecked: z.int(),
    itemsChecked: z.int(),
    matches: z.int(),
    newMatches: z.int(),
    errors: z.int(),
    requests: z.int(),
    /** Requests that alerts of one canonical search did not need. */
    requestsSaved: z.int(),
  }),
  reason: z.string().optional(),
})
export type RunSummary = z.infer<typeof RunSummary>

export const Run = z.object({
  runId: z.string(),
  status: RunStatus,
  trigger: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  summary: RunSummary.nullable(),
})
export type Run = z.infer<typeof Run>

export const RunAlert = z.object({
  alertId: z.string(),
  verdict: z.string().nullable(),
  error: z.string().nullable(),
  workerId: z.string(),
  searchKey: z.string(),
  itemsChecked: z.int(),
  matches: z.int(),
  newMatches: z.int(),
  /** Rows that each filter dropped, by reason. */
  dropped: z.record(z.string(), z.int()).default({}),
  ms: z.int().nullable(),
  checkedAt: z.string().nullable(),
  requests: z.int(),
})
export type RunAlert = z.infer<typeof RunAlert>

export const RunWithAlerts = Run.extend({ alerts: z.array(RunAlert) })
export type RunWithAlerts = z.infer<typeof RunWithAlerts>
