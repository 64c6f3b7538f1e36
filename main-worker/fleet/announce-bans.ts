import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'

/** Says each ban once when it begins and once when it ends, whoever wrote it. */
export async function announceBans({ database, logger, clock }: Context, signal: AbortSignal): Promise<void> {
  const { begun, ended } = await database.call('announce_bans', {})
  if (begun.length + ended.length === 0) return
  const { workers } = await database.call('read_fleet', {}, signal)
  for (const worker of workers) {
    const ban = begun.find(({ egress }) => egress === worker.egress)
    if (ban) logLine(logger, 'workerBanned', { ...worker, ms: Date.parse(ban.until) - clock.now(), reason: ban.reason })
    if (ended.includes(worker.egress)) logLine(logger, 'workerReactivated', worker)
  }
}
