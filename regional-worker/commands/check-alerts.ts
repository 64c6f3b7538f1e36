import type { Alert, Search } from '#shared/contracts/alert.ts'
import type { CheckAlerts } from '#shared/contracts/command.ts'
import type { Failure } from '#shared/contracts/failure.ts'
import type { Match } from '#shared/contracts/listing.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { EgressEffect } from '#shared/database/fleet.ts'
import { ProblemError } from '#shared/errors.ts'
import { toFailure } from '#shared/http/send-problem.ts'
import { logLine } from '#shared/log-lines.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import type { Context } from '../context.ts'
import { checkSearch } from './check-search.ts'
import { recordSearch } from './record-search.ts'
import type { SearchedAlerts } from './record-search.ts'
import { siteProblem } from './site-problem.ts'

/** What a check tells while it runs, one alert at a time. The last event is `done`, `failed` or `drain`. */
export type CheckEvent =
  | {
      kind: 'checked'
      alertId: string
      verdict: Verdict
      error: string | null
      itemsChecked: number
      matches: Match[]
      newMatches: number
      ms: number
    }
  | { kind: 'refused'; verdict: Verdict; market: string; until: string | null }
  | { kind: 'drain'; remaining: string[] }
  | { kind: 'done' }
  | { kind: 'failed'; failure: Failure; remaining: string[] }

/** All alerts by one broader search, and which parts of its page are those of their own searches. */
export function groupUnder(cover: Search, alerts: readonly Alert[]): SearchedAlerts {
  const search = canonicalSearch(cover)
  const parts = groupBySearch(alerts).filter((group) => group.search.key !== search.key)
  return { search, ask: cover, alerts: [...alerts], parts }
}

/** Alerts of one canonical search, together, in the order they came. */
export function groupBySearch(alerts: readonly Alert[]): SearchedAlerts[] {
  const groups = new Map<string, SearchedAlerts>()
  for (const alert of alerts) {
    const search = canonicalSearch(alert)
    const group = groups.get(search.key)
    if (group) group.alerts.push(alert)
    else groups.set(search.key, { search, ask: alert, alerts: [alert], parts: [] })
  }
  return [...groups.values()]
}

/** Verdicts that end a run at once: nobody hammers on. */
const endsRun = (verdict: Verdict): boolean =>
  verdict === 'blocked' || verdict === 'challenged' || verdict === 'throttled'

const refusal = (httpStatus: number, detail: string, effect: EgressEffect): ProblemError =>
  effect.kind === 'rest'
    ? new ProblemError(429, 'THROTTLED', 'HTTP 429', { retryAfterMs: effect.ms })
    : new ProblemError(403, 'BLOCKED', httpStatus === 403 ? 'HTTP 403' : `refused (${detail})`)

/**
 * Checks alerts, one search after the other, each recorded as soon as it is known. `cancel` (the caller hung up) ends it
 * between two requests without a word; `context.stopping` ends it there with `drain`.
 */
export async function* checkAlerts(
  context: Context,
  payload: CheckAlerts['payload'],
  cancel: AbortSignal,
): AsyncGenerator<CheckEvent, void, undefined> {
  const { alerts, cover } = payload
  const groups = cover ? [groupUnder(cover, alerts)] : groupBySearch(alerts)
  logLine(context.logger, 'checkingAlerts', { alerts: alerts.length, searches: groups.length })
  const signal = AbortSignal.any([cancel, context.stopping])
  for (const [place, group] of groups.entries()) {
    const remaining = groups.slice(place).flatMap((left) => left.alerts.map((alert) => alert.id))
    try {
      signal.throwIfAborted()
      const isLast = yield* checkGroup(context, group, payload, remaining.slice(group.alerts.length), signal)
      if (isLast) return
    } catch (error) {
      if (cancel.aborted) return
      yield context.stopping.aborted
        ? { kind: 'drain', remaining }
        : { kind: 'failed', failure: toFailure(error, context.logger), remaining }
      return
    }
  }
  yield { kind: 'done' }
}

/** Answers true when the run ends here. */
async function* checkGroup(
  context: Context,
  group: SearchedAlerts,
  { runId, attempt }: CheckAlerts['payload'],
  remaining: string[],
  signal: AbortSignal,
): AsyncGenerator<CheckEvent, boolean, undefined> {
  const { search, ask, alerts } = group
  const item = runId !== undefined && attempt !== undefined ? { runId, attempt, searchKey: search.key } : null
  const startedAt = context.clock.now()
  const outcome = await checkSearch(context, ask, item, signal)
  if (outcome.kind === 'superseded') return false
  if (outcome.kind !== 'answered') {
    if (outcome.kind === 'banned')
      yield { kind: 'refused', verdict: 'blocked', market: search.market, until: outcome.until }
    const failure = toFailure(siteProblem(outcome), context.logger)
    yield { kind: 'failed', failure, remaining: [...alerts.map((alert) => alert.id), ...remaining] }
    return true
  }
  const ms = context.clock.now() - startedAt
  const recorded = await recordSearch(context, group, outcome, item, ms)
  const { verdict, detail, effect } = outcome
  for (const { alert, itemsChecked, matches, newMatches } of recorded.alerts) {
    yield {
      kind: 'checked',
      alertId: alert.id,
      verdict,
      error: verdict === 'ok' ? null : detail,
      itemsChecked,
      matches,
      newMatches,
      ms,
    }
  }
  if (!endsRun(verdict)) return false
  const until = 'ms' in effect ? new Date(context.clock.now() + effect.ms).toISOString() : null
  yield { kind: 'refused', verdict, market: search.market, until }
  yield { kind: 'failed', failure: toFailure(refusal(outcome.httpStatus, detail, effect), context.logger), remaining }
  return true
}
