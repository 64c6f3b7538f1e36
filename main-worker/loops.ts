import { randomUUID } from 'node:crypto'
import type { RunSummary } from '#shared/contracts/run.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { pause, repeat } from '#shared/repeat.ts'
import { requestCycle, takeOverCycle } from './alerts/request-cycle.ts'
import type { RequestedCycle } from './alerts/request-cycle.ts'
import type { Context } from './context.ts'
import { announceBans } from './fleet/announce-bans.ts'
import { purgeOld } from './fleet/purge-old.ts'
import { pauseWhenRefused } from './fleet/pause-fleet.ts'
import { checkHealth } from './fleet/check-health.ts'
import { probeMarkets } from './fleet/probe-markets.ts'
import { reviewIncidents } from './fleet/review-incidents.ts'
import { runBot } from './bot/run-bot.ts'

const LEADER_LEASE_MS = 15_000
const LEADER_RENEW_MS = 4_000
const TAKE_OVER_EVERY_MS = 3_000
const START_AGAIN_MS = 3_000
/** Between two windows of the schedule, and between two looks for the first alert. */
const LOOK_AGAIN_MS = 1_000
const BANS_EVERY_MS = 5_000
const INCIDENTS_EVERY_MS = 5_000
const DAILY_LOOK_EVERY_MS = 60_000
const CANARY_EVERY_MS = 60 * 60_000
const PURGE_EVERY_MS = 60 * 60_000

type Work = (context: Context, signal: AbortSignal) => Promise<void>
type Loop = { name: string; run: Work }

/** One that fails says so and goes on: a stopped clock would be a silence without a reason. */
async function guarded(context: Context, loop: string, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!signal.aborted) logLine(context.logger, 'loopFailed', { loop, error: errorText(error) })
  }
}

const atOnceAndEvery = (name: string, everyMs: number, work: Work): Loop => ({
  name,
  run: (context, signal) => repeat(everyMs, () => guarded(context, name, () => work(context, signal), signal), signal),
})

const once = (name: string, work: Work): Loop => ({
  name,
  run: (context, signal) => guarded(context, name, () => work(context, signal), signal),
})

const every = (name: string, everyMs: number, work: Work): Loop => ({
  name,
  run: async (context, signal) => {
    await pause(everyMs, signal)
    await atOnceAndEvery(name, everyMs, work).run(context, signal)
  },
})

/** A tick that came while a cycle ran. */
function skippedTick(now: number): { run_id: string; summary: RunSummary } {
  const runId = randomUUID()
  const totals = {
    alerts: 0,
    alertsChecked: 0,
    itemsChecked: 0,
    matches: 0,
    newMatches: 0,
    errors: 0,
    requests: 0,
    requestsSaved: 0,
  }
  const startedAt = new Date(now).toISOString()
  const reason = 'a cycle was still running'
  return { run_id: runId, summary: { runId, status: 'skipped', startedAt, durationMs: 0, workers: [], totals, reason } }
}

/** Waits for a cycle and records the ticks that fall into it. Answers whether there was any. */
async function awaitCycle(
  context: Context,
  requested: RequestedCycle,
  everyMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const ended = requested.done().then(
    () => true,
    () => true,
  ) // How it ended is said where it ran.
  let isLate = requested.joined
  if (isLate) await recordSkip()
  while (!signal.aborted && !(await Promise.race([ended, pause(everyMs, signal).then(() => false)]))) {
    isLate = true
    await recordSkip()
  }
  return isLate

  async function recordSkip(): Promise<void> {
    logLine(context.logger, 'tickSkipped')
    await context.database.call('record_skipped_tick', skippedTick(context.clock.now()))
  }
}

/** A tick that meets an absent database is not lost: it is tried again until the next one is due. Null when that came to pass. */
async function startCycle(context: Context, due: AbortSignal): Promise<RequestedCycle | null> {
  while (!due.aborted) {
    try {
      return await requestCycle(context, { trigger: 'clock' })
    } catch (error) {
      logLine(context.logger, 'loopFailed', { loop: 'cycle', error: errorText(error) })
      await pause(START_AGAIN_MS, due)
    }
  }
  return null
}

/** The clock: a cycle each interval, counted from start to start; one that ran over its tick is followed by the next at once. */
const clock = (everyMs: number): Loop => ({
  name: `cycle every ${everyMs / 1000}s`,
  run: async (context, signal) => {
    await pause(context.config.firstCycleAfterMs, signal)
    while (!signal.aborted) {
      const next = AbortSignal.any([AbortSignal.timeout(everyMs), signal])
      const cycle = await startCycle(context, next)
      let isLate = false
      const wait = async (): Promise<void> => {
        if (cycle !== null) isLate = await awaitCycle(context, cycle, everyMs, signal)
      }
      await guarded(context, 'cycle', wait, signal)
      if (!isLate) await pause(everyMs, next)
    }
  },
})

/** One window of the schedule after the other. What was held back as a whole waits for the next interval, as a cycle does. */
const schedule = (everyMs: number): Loop => ({
  name: 'continuous schedule',
  run: async (context, signal) => {
    await pause(context.config.firstCycleAfterMs, signal)
    const window = async (): Promise<void> => {
      const alerts = await context.database.call('list_due_alerts', {}, signal)
      // Without an alert there is nothing to report.
      if (alerts.length === 0) context.planned.roundRequests = null
      const cycle = alerts.length === 0 ? null : await startCycle(context, signal)
      if (cycle === null) return
      // How it ended is said where it ran.
      const summary = await cycle.done().catch(() => null)
      if (summary === null || summary.status === 'skipped') await pause(everyMs, signal)
    }
    await repeat(LOOK_AGAIN_MS, () => guarded(context, 'schedule', window, signal), signal)
  },
})

const dailyLine = (at: string): Loop =>
  every('daily line', DAILY_LOOK_EVERY_MS, async ({ database, channel }) => {
    await database.call('tell_daily', { channel, at, language: 'fr' })
  })

/** Everything that runs by itself in this process, while it leads. */
export const loopsOf = ({ config, bot }: Context): Loop[] => [
  atOnceAndEvery('take over', TAKE_OVER_EVERY_MS, takeOverCycle),
  every('health', config.healthEveryMs, (context, signal) => checkHealth(context, false, signal)),
  every('bans', BANS_EVERY_MS, async (context, signal) => {
    await announceBans(context, signal)
    await pauseWhenRefused(context)
  }),
  every('incidents', INCIDENTS_EVERY_MS, reviewIncidents),
  ...(bot === null ? [] : [once('bot', (context, signal) => runBot(context, bot, signal))]),
  ...(config.dailyLineAt === null ? [] : [dailyLine(config.dailyLineAt)]),
  every('canary', CANARY_EVERY_MS, probeMarkets),
  every('purge', PURGE_EVERY_MS, purgeOld),
  ...(config.cycleEveryMs === null
    ? []
    : [config.schedule === 'continuous' ? schedule(config.cycleEveryMs) : clock(config.cycleEveryMs)]),
]

/** The loops run in one main at a time: the holder of the lease `leader`. Ends when `signal` aborts. */
export async function lead(context: Context, signal: AbortSignal): Promise<void> {
  const { database, holder, logger } = context
  let term: AbortController | null = null
  let running: Promise<unknown> = Promise.resolve()
  let saidElsewhere = ''
  await repeat(LEADER_RENEW_MS, () => guarded(context, 'leader', renew, signal), signal)
  await running
  await database.call('release_lease', { name: 'leader', holder })

  async function renew(): Promise<void> {
    const lease = await database.call('acquire_lease', { name: 'leader', holder, ttl_ms: LEADER_LEASE_MS })
    if (lease.acquired && !term) {
      term = new AbortController()
      saidElsewhere = ''
      const until = AbortSignal.any([term.signal, signal])
      logLine(logger, 'leaderHere')
      running = Promise.all(loopsOf(context).map((loop) => loop.run(context, until)))
    } else if (!lease.acquired) {
      term?.abort()
      term = null
      if (saidElsewhere !== lease.holder) logLine(logger, 'leaderElsewhere', { holder: lease.holder })
      saidElsewhere = lease.holder
    }
  }
}
