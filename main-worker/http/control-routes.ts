import { z } from 'zod'
import { FleetPause } from '#shared/database/fleet.ts'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { controlWorker, pauseFleet, resumeFleet, workerVerbs } from '../fleet/control-fleet.ts'
import type { WorkerVerb } from '../fleet/control-fleet.ts'
import { toWorkerStats } from '../fleet/read-stats.ts'

const tags = ['fleet']
const params = z.object({ id: z.string().min(1).max(63) })

/** `until` is an ISO time; without it the pause lasts until somebody resumes. */
const Pause = z
  .strictObject({
    until: z.iso.datetime({ offset: true, error: 'wants an ISO time such as 2026-11-22T18:00:00Z' }).nullable(),
    reason: z.string().trim().min(1).max(200),
  })
  .partial()
  .default({})

const summaries = {
  unban: 'Ends the ban of a worker’s address by hand',
  drain: 'Gives a worker nothing new',
  resume: 'Gives a drained worker work again',
} satisfies Record<WorkerVerb, string>

/** What the owner does by hand: each verb may be repeated, and answers how things stand now. */
export function addControlRoutes(app: HttpServer, context: Context): void {
  const { database } = context

  for (const verb of workerVerbs) {
    const schema = { summary: summaries[verb], tags, params }
    app.post(`/api/v1/worker/:id/${verb}`, { schema }, async (request) => {
      const { id } = request.params
      await controlWorker(context, id, verb)
      const { workers } = await database.call('read_fleet', {})
      const worker = workers.find((each) => each.id === id)
      if (!worker) throw new ProblemError(404, 'NOT_FOUND', `no worker ${id}`)
      return toWorkerStats(worker)
    })
  }

  const paused = {
    summary: 'Nothing goes to the site until then, or until somebody resumes',
    tags,
    body: Pause,
    response: { 200: z.object({ pause: FleetPause.nullable() }) },
  }
  app.post('/api/v1/fleet/pause', { schema: paused }, async ({ body }) => {
    await pauseFleet(context, body)
    return { pause: (await database.call('read_fleet', {})).pause }
  })

  const resumed = { summary: 'Ends the pause of the fleet', tags, response: { 200: z.object({ pause: z.null() }) } }
  app.post('/api/v1/fleet/resume', { schema: resumed }, async () => {
    await resumeFleet(context)
    return { pause: null }
  })
}
