import { z } from 'zod'
import { Failure } from './failure.ts'
import { Verdict } from './verdict.ts'

/** How often a stream shows that its worker lives. */
export const HEARTBEAT_EVERY_MS = 5_000

const AlertChecked = z.object({
  line: z.literal('alert-checked'),
  alertId: z.string(),
  verdict: Verdict,
  error: z.string().nullable(),
  itemsChecked: z.int(),
  /** Listings that pass the filters now, and those of them this alert had not seen. */
  matches: z.int(),
  newMatches: z.int(),
  ms: z.int(),
})

export const CheckSummary = z.object({
  alertsChecked: z.int(),
  itemsChecked: z.int(),
  matches: z.int(),
  newMatches: z.int(),
})
export type CheckSummary = z.infer<typeof CheckSummary>

/** The lines a worker streams while it checks. A stream that ends without `done`, `failed` or `drain` is a crash. */
export const RunLine = z.discriminatedUnion('line', [
  z.object({ line: z.literal('accepted'), runId: z.string().nullable(), bootId: z.string() }),
  z.object({ line: z.literal('heartbeat'), nextRequestAt: z.string().nullable() }),
  AlertChecked,
  z.object({ line: z.literal('refused'), verdict: Verdict, market: z.string(), until: z.string().nullable() }),
  z.object({ line: z.literal('drain'), remaining: z.array(z.string()) }),
  z.object({ line: z.literal('done'), summary: CheckSummary }),
  z.object({ line: z.literal('failed'), failure: Failure, remaining: z.array(z.string()) }),
])
export type RunLine = z.infer<typeof RunLine>
