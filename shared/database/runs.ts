import { z } from 'zod'
import { Alert } from '../contracts/alert.ts'
import { Run, RunSummary, RunWithAlerts } from '../contracts/run.ts'
import { Id, Nothing, Time, rpc } from './rpc.ts'

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

export const Cycles = z.object({
  runningCycle: Run.nullable(),
  /** The last one that ended by itself; skipped ones do not count. */
  lastCycle: Run.nullable(),
  /** How many different searches the last one had. */
  searches: z.int(),
})

export type Cycles = z.infer<typeof Cycles>

export const DueAlert = z.object({ alert: Alert, revision: z.int() })

export type DueAlert = z.infer<typeof DueAlert>

export const PlannedItem = z.object({
  searchKey: z.string(),
  workerId: z.string(),
  attempt: z.int(),
  alerts: z.array(z.object({ id: Id, revision: z.int() })),
  /** It may be planned anew although it has a good result. */
  again: z.boolean().optional(),
})

export type PlannedItem = z.infer<typeof PlannedItem>

/** What was learned of a search: counts, and the hours they were seen in; all fade. */
export const SearchRates = z.object({
  key: z.string(),
  finds: z.number(),
  listings: z.number(),
  hours: z.number(),
  lastGoodAt: Time,
  /** The last good check by its own page; null when it was only ever a part of a broader one. */
  ownAt: Time.nullable(),
  /** The last page that showed nothing known, and how long nobody had looked before it. */
  overflow: z.object({ at: Time, hours: z.number() }).nullable(),
})

export type SearchRates = z.infer<typeof SearchRates>

export const runsRpcs = {
  read_cycles: rpc({}, Cycles),
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
  read_search_rates: rpc({}, z.array(SearchRates)),
  count_new_alerts: rpc({}, z.int()),
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
}
