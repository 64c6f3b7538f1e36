import { z } from 'zod'
import { Command, CommandSuccess } from '#shared/contracts/command.ts'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { askWorker } from '../fleet/ask-worker.ts'
import { readStats } from '../fleet/read-stats.ts'

/** A command may hold a whole group of alerts, as on a worker. */
const EXECUTE_BODY_LIMIT = 8 * 1024 * 1024

const Executed = CommandSuccess.extend({
  workerId: z.string(),
  attempts: z.array(z.object({ workerId: z.string(), error: z.string().optional() })),
})

export function addFleetRoutes(app: HttpServer, context: Context): void {
  const stats = { summary: 'Regions, bans, open incidents, age of finds, capacity and sizes', tags: ['fleet'] }
  app.get('/api/v1/worker/main/stats', { schema: stats }, () => readStats(context))
  const executed = {
    summary: 'One command on a worker that main chooses',
    description:
      'A refused or lost worker is left for another one, up to MAX_RETRIES times; `attempts` names each. `check-alerts` waits for its end.',
    tags: ['fleet'],
    body: Command,
    response: { 200: Executed },
  }
  app.post('/api/v1/worker/main/execute', { bodyLimit: EXECUTE_BODY_LIMIT, schema: executed }, (request, reply) =>
    askWorker(context, request.body, AbortSignal.any([callerGone(request, reply), context.stopping])),
  )
}
