import type { CheckAlerts, CheckResult, Command, CommandSuccess } from '#shared/contracts/command.ts'
import { invalidField, ProblemError } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { isCoveredBy } from '#shared/marketplaces/vinted/cover-search.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { Context } from '../context.ts'
import { checkAlerts } from './check-alerts.ts'
import type { CheckEvent } from './check-alerts.ts'
import { runCustomTask } from './custom.ts'
import { generateCookies } from './generate-cookies.ts'
import { scrape } from './scrape.ts'

/**
 * One check at a time per worker, and none that no session can serve: both are decided before the first byte of an answer.
 * Throws 400 for an unknown market, 409 WORKER_BUSY, 503 NO_SCRAPING_COOKIES. The check runs while the generator is read.
 */
export async function startCheck(
  context: Context,
  payload: CheckAlerts['payload'],
  cancel: AbortSignal,
): Promise<AsyncGenerator<CheckEvent, void, undefined>> {
  const { run, sessions, clock } = context
  if (run.current) throw busy(context, run.current)
  const current = { runId: payload.runId ?? null, checked: 0, remaining: payload.alerts.length, startedAt: clock.now() }
  run.current = current
  const release = (): void => {
    if (run.current === current) run.current = null
  }
  let isRead = false
  // A generator that nobody reads never gets to its `finally`.
  cancel.addEventListener('abort', () => !isRead && release(), { once: true })
  try {
    await requireSession()
    cancel.throwIfAborted()
  } catch (error) {
    release()
    throw error
  }
  return track()

  async function requireSession(): Promise<void> {
    const markets = marketsOf(payload)
    const found = await Promise.all(markets.map((market) => sessions.load(market, cancel)))
    if (found.some((session) => session !== null)) return
    for (const market of markets) logLine(context.logger, 'noCookies', { market })
    throw new ProblemError(503, 'NO_SCRAPING_COOKIES', `no cookies in the database for ${markets.join(', ')}`, {
      markets,
    })
  }

  async function* track(): AsyncGenerator<CheckEvent, void, undefined> {
    isRead = true
    try {
      for await (const event of checkAlerts(context, payload, cancel)) {
        if (event.kind === 'checked') {
          current.checked += 1
          current.remaining -= 1
        }
        yield event
      }
    } finally {
      release()
    }
  }
}

/** Throws ProblemError 400 for a market that is not there, and for a cover that does not hold each of its alerts. */
function marketsOf({ alerts, cover }: CheckAlerts['payload']): string[] {
  const markets = [...new Set(alerts.map((alert) => alert.market))]
  const unknown = markets.find((market) => !findMarket(market))
  if (unknown !== undefined) throw invalidField('payload.alerts', `no such market (got "${unknown}")`)
  const outside = cover && alerts.find((alert) => !isCoveredBy(alert, cover))
  if (outside)
    throw invalidField(
      'payload.cover',
      `wants a search that holds those of all alerts (not so for alert ${outside.id})`,
    )
  return markets
}

function busy({ pace, config }: Context, current: NonNullable<Context['run']['current']>): ProblemError {
  const perAlertMs = (config.gap.minMs + config.gap.maxMs) / 2
  const next = pace.nextRequestAt()
  const freeAt = next === null ? null : new Date(Date.parse(next) + current.remaining * perAlertMs).toISOString()
  return new ProblemError(409, 'WORKER_BUSY', 'this worker is checking alerts already; one check at a time', {
    ...(current.runId !== null && { runId: current.runId }),
    freeAt,
  })
}

/** The whole check as one answer. Throws ProblemError for what ended it before its end. */
async function collect(events: AsyncGenerator<CheckEvent>): Promise<CheckResult> {
  const result: CheckResult = { matches: [], alertsChecked: 0, itemsChecked: 0 }
  for await (const event of events) {
    if (event.kind === 'checked' && event.verdict === 'ok') {
      result.matches.push(...event.matches)
      result.alertsChecked += 1
      result.itemsChecked += event.itemsChecked
    }
    if (event.kind === 'failed')
      throw new ProblemError(event.failure.httpStatus, event.failure.code, event.failure.error)
    if (event.kind === 'drain')
      throw new ProblemError(503, 'WORKER_STOPPING', `stopped with ${event.remaining.length} alert(s) left`)
  }
  return result
}

/** Any command, answered as one JSON object. */
export async function executeCommand(context: Context, command: Command, cancel: AbortSignal): Promise<CommandSuccess> {
  switch (command.type) {
    case 'check-alerts':
      return { success: true, data: await collect(await startCheck(context, command.payload, cancel)) }
    case 'generate-cookies':
      return { success: true, data: await generateCookies(context, command.payload, cancel) }
    case 'scrape':
      return { success: true, data: await scrape(context, command.payload, cancel) }
    case 'custom':
      return { success: true, data: await runCustomTask(context, command.payload, cancel) }
    default:
      return command satisfies never
  }
}
