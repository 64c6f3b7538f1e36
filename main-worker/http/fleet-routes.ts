import { Command } from '#shared/contracts/command.ts'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { askWorker } from '../fleet/ask-worker.ts'
import { readStats } from '../fleet/read-stats.ts'

/** A command may hold a whole group of alerts, as on a worker. */
const EXECUTE_BODY_LIMIT = 8 * 1024 * 1024

export function addFleetRoutes(app: HttpServer, context: Context): void {
  app.get('/api/v1/worker/main/stats', () => readStats(context))
  app.post(
    '/api/v1/worker/main/execute',
    { bodyLimit: EXECUTE_BODY_LIMIT, schema: { body: Command } },
    (request, reply) =>
      askWorker(context, request.body, AbortSignal.any([callerGone(request, reply), context.stopping])),
  )
}
