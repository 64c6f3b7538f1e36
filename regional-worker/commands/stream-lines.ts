import { HEARTBEAT_EVERY_MS } from '#shared/contracts/run-events.ts'
import type { RunLine } from '#shared/contracts/run-events.ts'
import type { Context } from '../context.ts'
import type { CheckEvent } from './check-alerts.ts'

const toLine = (event: Exclude<CheckEvent, { kind: 'done' }>): RunLine => {
  switch (event.kind) {
    case 'checked': {
      const { alertId, verdict, error, itemsChecked, matches, newMatches, ms } = event
      return { line: 'alert-checked', alertId, verdict, error, itemsChecked, matches: matches.length, newMatches, ms }
    }
    case 'refused':
      return { line: 'refused', verdict: event.verdict, market: event.market, until: event.until }
    case 'drain':
      return { line: 'drain', remaining: event.remaining }
    case 'failed':
      return { line: 'failed', failure: event.failure, remaining: event.remaining }
    default:
      return event satisfies never
  }
}

/** The next event, or null after a silence of one heartbeat. The event asked for is not lost: it comes with a later call. */
async function* withHeartbeats(events: AsyncGenerator<CheckEvent>): AsyncGenerator<CheckEvent | null, void, undefined> {
  let next = events.next()
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined
      const beat = new Promise<null>((resolve) => {
        timer = setTimeout(resolve, HEARTBEAT_EVERY_MS, null)
      })
      const step = await Promise.race([next, beat]).finally(() => clearTimeout(timer))
      if (step === null) {
        yield null
        continue
      }
      if (step.done) return
      yield step.value
      next = events.next()
    }
  } finally {
    await events.return(undefined)
  }
}

/** A check as the lines of its stream. */
export async function* streamLines(
  { bootId, pace }: Pick<Context, 'bootId' | 'pace'>,
  runId: string | null,
  events: AsyncGenerator<CheckEvent>,
): AsyncGenerator<RunLine, void, undefined> {
  const summary = { alertsChecked: 0, itemsChecked: 0, matches: 0, newMatches: 0 }
  yield { line: 'accepted', runId, bootId }
  for await (const event of withHeartbeats(events)) {
    if (event === null) yield { line: 'heartbeat', nextRequestAt: pace.nextRequestAt() }
    else if (event.kind === 'done') yield { line: 'done', summary }
    else {
      if (event.kind === 'checked' && event.verdict === 'ok') {
        summary.alertsChecked += 1
        summary.itemsChecked += event.itemsChecked
        summary.matches += event.matches.length
        summary.newMatches += event.newMatches
      }
      yield toLine(event)
    }
  }
}
