import { z } from 'zod'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { importSession, SessionImport } from '../fleet/import-session.ts'
import { refreshSessions } from '../fleet/refresh-sessions.ts'
import { readTokenStatus } from '../fleet/token-status.ts'

const Refresh = z.strictObject({ market: z.string().optional(), worker: z.string().optional() }).default({})

export function addTokenRoutes(app: HttpServer, context: Context): void {
  app.get('/api/v1/token/status', { config: { access: 'anybody' } }, (request) =>
    readTokenStatus(context, request.actor !== null),
  )
  app.post('/api/v1/token/refresh/force', { schema: { body: Refresh } }, (request, reply) =>
    refreshSessions(context, request.body, AbortSignal.any([callerGone(request, reply), context.stopping])),
  )
  app.post('/api/v1/token/cookies', { schema: { body: SessionImport } }, async (request, reply) =>
    reply.code(201).send(await importSession(context, request.body)),
  )
}
