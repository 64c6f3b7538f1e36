import { z } from 'zod'
import { Id, Nothing, Time, rpc } from './rpc.ts'

export const StoredSession = z.object({
  id: Id,
  market: z.string(),
  worker: z.string().nullable(),
  userAgent: z.string(),
  sealedJar: z.string(),
  source: z.string(),
  createdAt: Time,
  renewAt: Time,
  expiresAt: Time,
  renewDue: z.boolean(),
})

export type StoredSession = z.infer<typeof StoredSession>

export const SessionRow = z.object({
  worker: z.string().nullable(),
  market: z.string(),
  source: z.string(),
  cookieNames: z.array(z.string()),
  createdAt: Time,
  ageS: z.int(),
  expiresAt: Time,
  isUsable: z.boolean(),
  lastVerdict: z.string().nullable(),
  useCount: z.int(),
})

export type SessionRow = z.infer<typeof SessionRow>

export const sessionsRpcs = {
  load_session: rpc({ market: z.string(), worker: z.string() }, StoredSession.nullable()),
  save_session: rpc(
    {
      session: z.object({
        market: z.string(),
        worker: z.string().nullable(),
        userAgent: z.string(),
        cookieNames: z.array(z.string()),
        sealedJar: z.string(),
        source: z.enum(['http', 'browser', 'import']),
        renewAt: Time,
        expiresAt: Time,
      }),
    },
    Id,
  ),
  mark_session: rpc({ id: Id, verdict: z.string() }, Nothing),
  delete_session: rpc({ market: z.string(), worker: z.string() }, z.boolean()),
  list_sessions: rpc({}, z.array(SessionRow)),
}
