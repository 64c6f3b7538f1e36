import type { RunSearch } from '#shared/database/statistics.ts'
import { kindOf } from './verdicts.ts'
import type { VerdictKind } from './verdicts.ts'

/** Neighbours of one outcome become one bar where a row would hold more: nobody sees 2,500 of them apart. */
const MOST_BARS = 150

/** From `from` to `to` (ms); `searches` of them answered alike, one after the other. */
export type Bar = {
  from: number
  to: number
  verdict: string
  kind: VerdictKind
  searches: number
  alerts: number
}

export type Row = {
  workerId: string
  bars: Bar[]
  /** Searches by outcome. */
  counts: Record<VerdictKind, number>
  /** Of the searches that were answered; null without one. */
  medianMs: number | null
}

export type TimeLine = { from: number; to: number; rows: Row[] }

function mergeNeighbours(bars: readonly Bar[]): Bar[] {
  const merged: Bar[] = []
  for (const bar of bars) {
    const last = merged.at(-1)
    if (last?.verdict !== bar.verdict) merged.push({ ...bar })
    else {
      last.to = Math.max(last.to, bar.to)
      last.searches += bar.searches
      last.alerts += bar.alerts
    }
  }
  return merged
}

const barOf = ({ checkedAt, ms, verdict, alerts }: RunSearch): Bar[] => {
  if (checkedAt === null || verdict === null) return []
  const to = Date.parse(checkedAt)
  return [{ from: to - (ms ?? 0), to, verdict, kind: kindOf(verdict), searches: 1, alerts }]
}

function rowOf(workerId: string, searches: readonly RunSearch[]): Row {
  const bars = searches.flatMap(barOf).sort((a, b) => a.from - b.from)
  const counts: Row['counts'] = { served: 0, refused: 0, failed: 0, waiting: 0 }
  for (const { verdict } of searches) counts[kindOf(verdict)] += 1
  const times = searches.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b)
  const medianMs = times[Math.floor((times.length - 1) / 2)] ?? null
  return { workerId, bars: bars.length > MOST_BARS ? mergeNeighbours(bars) : bars, counts, medianMs }
}

/** When each region asked what, over the span of the run. */
export function timeLine(searches: readonly RunSearch[], startedAt: string, endedAt: number): TimeLine {
  const byWorker = Map.groupBy(searches, ({ workerId }) => workerId)
  const rows = [...byWorker]
    .map(([workerId, mine]) => rowOf(workerId, mine))
    .sort((a, b) => (a.workerId < b.workerId ? -1 : 1))
  const all = rows.flatMap(({ bars }) => bars)
  return {
    from: Math.min(Date.parse(startedAt), ...all.map(({ from }) => from)),
    to: Math.max(Date.parse(startedAt) + 1, endedAt, ...all.map(({ to }) => to)),
    rows,
  }
}
