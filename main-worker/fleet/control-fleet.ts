import { ProblemError } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'

type Deps = Pick<Context, 'database' | 'logger'>

export const workerVerbs = ['unban', 'drain', 'resume'] as const
export type WorkerVerb = (typeof workerVerbs)[number]

/** What the owner does to one worker by hand; may be repeated. Throws ProblemError 404 for an unknown one. */
export async function controlWorker({ database, logger }: Deps, id: string, verb: WorkerVerb): Promise<void> {
  const isKnown =
    verb === 'unban'
      ? await database.call('unban_worker', { worker_id: id })
      : await database.call('set_draining', { worker_id: id, is_draining: verb === 'drain' })
  if (!isKnown) throw new ProblemError(404, 'NOT_FOUND', `no worker ${id}`)
  logLine(logger, 'byHand', { what: `${verb} ${id}` })
}

/** Nothing goes to the site until then; null until somebody resumes. Throws ProblemError 400 for a time that is over. */
export async function pauseFleet(
  { database, logger }: Deps,
  { until = null, reason = 'paused by hand' }: { until?: string | null | undefined; reason?: string | undefined },
): Promise<void> {
  const { now } = await database.call('read_fleet', {})
  if (until !== null && Date.parse(until) <= Date.parse(now))
    throw new ProblemError(400, 'VALIDATION_FAILED', `until: wants a time to come (got ${until})`)
  await database.call('pause_fleet', { cause: 'owner', reason, until })
  logLine(logger, 'byHand', { what: 'pause the fleet' })
}

export async function resumeFleet({ database, logger }: Deps): Promise<void> {
  await database.call('resume_fleet', {})
  logLine(logger, 'byHand', { what: 'resume the fleet' })
}
