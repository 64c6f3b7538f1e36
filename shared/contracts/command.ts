import { z } from 'zod'
import { Alert } from './alert.ts'
import { Match } from './listing.ts'

/** `runId` and `attempt` come from a cycle: they fence every request and result of this command. */
export const CheckAlerts = z.strictObject({
  type: z.literal('check-alerts'),
  payload: z.strictObject({
    runId: z.uuid().optional(),
    attempt: z.int().positive().optional(),
    alerts: z.array(Alert).min(1).max(10_000),
  }),
})
export type CheckAlerts = z.infer<typeof CheckAlerts>

export const GenerateCookies = z.strictObject({
  type: z.literal('generate-cookies'),
  payload: z.strictObject({
    market: z.string().regex(/^[a-z]{2}$/, 'wants a market id such as "fr"'),
    method: z.enum(['http']).default('http'),
    /** Without it a session that is still good is kept. */
    force: z.boolean().default(false),
  }),
})
export type GenerateCookies = z.infer<typeof GenerateCookies>

export const Command = z.discriminatedUnion('type', [CheckAlerts, GenerateCookies])
export type Command = z.infer<typeof Command>

export const CheckResult = z.object({
  matches: z.array(Match),
  alertsChecked: z.int(),
  itemsChecked: z.int(),
})
export type CheckResult = z.infer<typeof CheckResult>

export const CookiesResult = z.object({
  market: z.string(),
  /** False: a good session was there and has been kept. */
  renewed: z.boolean(),
  source: z.string(),
  expiresAt: z.string(),
  cookieNames: z.array(z.string()),
})
export type CookiesResult = z.infer<typeof CookiesResult>

export const CommandSuccess = z.object({ success: z.literal(true), data: z.union([CheckResult, CookiesResult]) })
export type CommandSuccess = z.infer<typeof CommandSuccess>
