import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { controlWorker, pauseFleet, resumeFleet, workerVerbs } from '../fleet/control-fleet.ts'
import { toWorkerStats } from '../fleet/read-stats.ts'

const params = z.object({ id: z.string().min(1).max(63) })

/** `until` is an ISO time; without it the pause lasts until somebody resumes. */
const Pause = z
  .strictObject({
    until: z.iso.datetime({ offset: true, error: 'wants an ISO time such as 2026-11-22T18:00:00Z' }).nullable(),
    reason: z.string().trim().min(1).max(200),
  })
  .partial()
  .default({})

/** What the owner does by hand: each verb may be repeated, and answers how things stand now. */
export function addControlRoutes(app: HttpServer, context: Context): void {
  const { database } = context

  for (const verb of workerVerbs) {
    app.post(`/api/v1/worker/:id/${verb}`, { schema: { params } }, async (request) => {
      const { id } = request.params
      await controlWorker(context, id, verb)
      const { workers } = await database.call('read_fleet', {})
      const worker = workers.find((each) => each.id === id)
      if (!worker) throw new ProblemError(404, 'NOT_FOUND', `no worker ${id}`)
      return toWorkerStats(worker)
    })
  }

  app.post('/api/v1/fleet/pause', { schema: { body: Pause } }, async ({ body }) => {
    await pauseFleet(context, body)
    return { pause: (await database.call('read_fleet', {})).pause }
  })

  app.post('/api/v1/fleet/resume', async () => {
    await resumeFleet(context)
    return { pause: null }
  })
}
