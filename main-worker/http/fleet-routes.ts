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
  const stats = {
    summary: 'Regions, bans, open incidents, age of finds, requests per find, budget and bound, sizes',
    description:
      '`fleet.ageOfFinds` (`p50S`, `p95S`, seconds, of the `count` finds told in 24 hours): from the listing to the answer of the channel. Vinted does not say when a listing was published: it counts as equally likely at any moment between the check that found it and the good one before. `dated`: of how many finds that one is known; the others count from the check that found them, as `delivery` does for all. `fleet.requestsPerFind`: requests of runs over finds, 24 hours (`spending` holds both). `fleet.budget`: `requestsPerHour`, what the addresses that are available now may ask; `usedPerHour` and `usedPercent`, requests of runs in the last hour (canaries, previews and sessions made outside a run are not in it); `boundS`, seconds to ask each of the `searches` once with all of it.',
    tags: ['fleet'],
  }
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
