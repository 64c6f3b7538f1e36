import { z } from 'zod'

/** `GET /api/health` of every process: no key, no database. */
export const Health = z.object({ status: z.literal('ok'), version: z.string(), uptimeS: z.int() })
export type Health = z.infer<typeof Health>

/** `GET /api/v1/worker/health` of a regional worker. */
export const WorkerHealth = z.object({
  status: z.literal('ok'),
  workerId: z.string(),
  region: z.string(),
  egress: z.string(),
  bootId: z.string(),
  version: z.string(),
  browser: z.boolean(),
  run: z.object({ runId: z.string().nullable(), checked: z.int(), remaining: z.int() }).nullable(),
  nextRequestAt: z.string().nullable(),
  sessions: z.array(z.object({ market: z.string(), ageS: z.int(), expiresAt: z.string(), source: z.string() })),
})
export type WorkerHealth = z.infer<typeof WorkerHealth>
