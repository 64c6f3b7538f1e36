import { z } from 'zod'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { importSession, SessionImport } from '../fleet/import-session.ts'
import { refreshSessions } from '../fleet/refresh-sessions.ts'
import { readTokenStatus } from '../fleet/token-status.ts'

const tags = ['sessions']
const Refresh = z.strictObject({ market: z.string().optional(), worker: z.string().optional() }).default({})

export function addTokenRoutes(app: HttpServer, context: Context): void {
  const status = {
    summary: 'Whether every worker can serve every market in use',
    description: 'Without a key three facts; with it the names of the cookies and each session’s age and end.',
    tags,
  }
  app.get('/api/v1/token/status', { config: { access: 'anybody' }, schema: status }, (request) =>
    readTokenStatus(context, request.actor !== null),
  )
  const renewed = { summary: 'New sessions, for all markets in use or for one', tags, body: Refresh }
  app.post('/api/v1/token/refresh/force', { schema: renewed }, (request, reply) =>
    refreshSessions(context, request.body, AbortSignal.any([callerGone(request, reply), context.stopping])),
  )
  const imported = { summary: 'Imports a session that was made by hand', tags, body: SessionImport }
  app.post('/api/v1/token/cookies', { schema: imported }, async (request, reply) =>
    reply.code(201).send(await importSession(context, request.body)),
  )
}
