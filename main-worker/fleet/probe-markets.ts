import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { askWorker } from './ask-worker.ts'

/** A market of this size publishes every minute: a newest page that stands still this long is frozen. */
const FROZEN_AFTER_MS = 3 * 60 * 60_000

/** Told apart from what the cycles see: a filter that is ignored in silence looks like good answers to them. */
const subjectOf = (market: string): string => `${market}, canary`

async function probeMarket(context: Context, market: string, signal: AbortSignal): Promise<void> {
  const { database, clock } = context
  const { data } = await askWorker(
    context,
    { type: 'custom', payload: { task: 'probe-market', args: { market } } },
    signal,
  )
  if (!('task' in data) || data.task !== 'probe-market') throw new Error('a probe was answered with something else')
  const subject = subjectOf(market)
  for (const kind of ['protocol-changed', 'wrong-market']) {
    if (data.verdict === kind) await database.call('open_incident', { kind, subject, detail: data.detail })
    else if (data.verdict === 'ok') await database.call('close_incident', { kind, subject })
  }
  if (data.verdict !== 'ok' || data.newestIds.length === 0) return
  const movedAt = await database.call('record_probe', { market, newest_ids: data.newestIds })
  const stillMs = clock.now() - Date.parse(movedAt)
  if (stillMs < FROZEN_AFTER_MS) await database.call('close_incident', { kind: 'frozen', subject: market })
  else
    await database.call('open_incident', {
      kind: 'frozen',
      subject: market,
      detail: `the newest page has not moved since ${movedAt}`,
    })
}

/**
 * The canary: about once an hour, each market in use is asked two questions with known answers, at the normal pace. A silent
 * change becomes an incident; the alerts stay untouched. A market nobody can ask now is asked the next time.
 */
export async function probeMarkets(context: Context, signal: AbortSignal): Promise<void> {
  const due = await context.database.call('list_due_alerts', {}, signal)
  for (const market of new Set(due.map(({ alert }) => alert.market))) {
    try {
      await probeMarket(context, market, signal)
    } catch (error) {
      signal.throwIfAborted()
      logLine(context.logger, 'probeFailed', { market, error: errorText(error) })
    }
  }
}
