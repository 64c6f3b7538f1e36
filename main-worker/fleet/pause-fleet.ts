import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { judgePause } from './judge-pause.ts'

/** The whole fleet rests when the site means all of it: never route around a refusal. Asked after each round and by the clock. */
export async function pauseWhenRefused({ database, config, logger }: Context): Promise<void> {
  const [fleet, refusals] = await Promise.all([database.call('read_fleet', {}), database.call('read_refusals', {})])
  const refused = judgePause(fleet, refusals)
  if (refused === null) return
  const until = new Date(Date.parse(fleet.now) + config.banDurationMs).toISOString()
  const reason = fleet.isTrial
    ? 'the alert that tried first after the pause was refused'
    : `the site refused all ${refused} addresses within ten minutes`
  if (await database.call('pause_fleet', { cause: 'refused', reason, until }))
    logLine(logger, 'fleetPaused', { until, reason })
}
