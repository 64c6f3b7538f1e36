import { z } from 'zod'
import { Alert, Search } from './alert.ts'
import { Match } from './listing.ts'
import { CustomResult, ScrapeResult } from './scrape.ts'

/** `runId` and `attempt` come from a cycle: they fence every request and result of this command. */
export const CheckAlerts = z.strictObject({
  type: z.literal('check-alerts'),
  payload: z.strictObject({
    runId: z.uuid().optional(),
    attempt: z.int().positive().optional(),
    alerts: z.array(Alert).min(1).max(10_000),
    /** A broader search, asked instead of those of the alerts: it must hold each of them. */
    cover: Search.optional(),
  }),
})
export type CheckAlerts = z.infer<typeof CheckAlerts>

export const GenerateCookies = z.strictObject({
  type: z.literal('generate-cookies'),
  payload: z.strictObject({
    market: z.string().regex(/^[a-z]{2}$/, 'wants a market id such as "fr"'),
    /** `browser` opens a real one at once; `http` (the default) only when the site asks for it. */
    method: z.enum(['http', 'browser']).default('http'),
    /** Without it a session that is still good is kept. */
    force: z.boolean().default(false),
  }),
})
export type GenerateCookies = z.infer<typeof GenerateCookies>

/** A listing or search page of an allowed host, as structured data. Not an open proxy. */
export const Scrape = z.strictObject({ type: z.literal('scrape'), payload: z.strictObject({ url: z.string().min(1) }) })
export type Scrape = z.infer<typeof Scrape>

const OneMarket = z.strictObject({ market: z.string().regex(/^[a-z]{2}$/, 'wants a market id such as "fr"') })

/** A closed list of named tasks, each with its own arguments. Never code. */
export const Custom = z.strictObject({
  type: z.literal('custom'),
  payload: z.discriminatedUnion('task', [
    z.strictObject({ task: z.literal('clear-session'), args: OneMarket }),
    z.strictObject({ task: z.literal('probe-market'), args: OneMarket }),
    z.strictObject({ task: z.literal('collect-evidence'), args: OneMarket }),
  ]),
})
export type Custom = z.infer<typeof Custom>

export const Command = z.discriminatedUnion('type', [CheckAlerts, Scrape, GenerateCookies, Custom])
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

export const CommandSuccess = z.object({
  success: z.literal(true),
  data: z.union([CheckResult, CookiesResult, ScrapeResult, CustomResult]),
})
export type CommandSuccess = z.infer<typeof CommandSuccess>
