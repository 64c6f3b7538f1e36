import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
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
  const { database, logger } = context

  const answerWorker = async (id: string) => {
    const { workers } = await database.call('read_fleet', {})
    const worker = workers.find((each) => each.id === id)
    if (!worker) throw new ProblemError(404, 'NOT_FOUND', `no worker ${id}`)
    return toWorkerStats(worker)
  }
  const verbs = {
    unban: (worker_id: string) => database.call('unban_worker', { worker_id }),
    drain: (worker_id: string) => database.call('set_draining', { worker_id, is_draining: true }),
    resume: (worker_id: string) => database.call('set_draining', { worker_id, is_draining: false }),
  }
  for (const [verb, act] of Object.entries(verbs)) {
    app.post(`/api/v1/worker/:id/${verb}`, { schema: { params } }, async (request) => {
      const { id } = request.params
      if (!(await act(id))) throw new ProblemError(404, 'NOT_FOUND', `no worker ${id}`)
      logLine(logger, 'byHand', { what: `${verb} ${id}` })
      return answerWorker(id)
    })
  }

  app.post('/api/v1/fleet/pause', { schema: { body: Pause } }, async ({ body }) => {
    const until = body.until ?? null
    const { now } = await database.call('read_fleet', {})
    if (until !== null && Date.parse(until) <= Date.parse(now))
      throw new ProblemError(400, 'VALIDATION_FAILED', `until: wants a time to come (got ${until})`)
    await database.call('pause_fleet', { cause: 'owner', reason: body.reason ?? 'paused by hand', until })
    logLine(logger, 'byHand', { what: 'pause the fleet' })
    return { pause: (await database.call('read_fleet', {})).pause }
  })

  app.post('/api/v1/fleet/resume', async () => {
    await database.call('resume_fleet', {})
    logLine(logger, 'byHand', { what: 'resume the fleet' })
    return { pause: null }
  })
}
