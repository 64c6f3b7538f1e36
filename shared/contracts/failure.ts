import { z } from 'zod'

/** Every answer that is not a success: ours and RFC 9457's members side by side. `code` is stable, `error` is for people. */
export const Failure = z.object({
  success: z.literal(false),
  error: z.string(),
  code: z.string(),
  httpStatus: z.int(),
  type: z.string().optional(),
  title: z.string().optional(),
  status: z.int().optional(),
  detail: z.string().optional(),
  retryAfterMs: z.number().optional(),
  markets: z.array(z.string()).optional(),
  runId: z.string().optional(),
  freeAt: z.string().nullable().optional(),
  issues: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  workers: z.array(z.object({ id: z.string(), reason: z.string(), until: z.string().nullable() })).optional(),
})
export type Failure = z.infer<typeof Failure>
