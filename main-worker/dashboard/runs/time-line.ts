import type { RunDetails, RunRefusal, RunSearch } from '#shared/database/statistics.ts'
import { kindOf } from '../parts/verdicts.ts'
import type { VerdictKind } from '../parts/verdicts.ts'

/** Neighbours of one outcome become one bar where a row would hold more: nobody sees 2,500 of them apart. */
const MOST_BARS = 150

/** A refusal and its search's result are written in one transaction; their clocks are the database's. */
const SAME_ANSWER_MS = 1_000

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

/** A refusal whose search was tried again elsewhere has no bar of its own here: it is a moment. */
function momentsOf(refusals: readonly RunRefusal[], bars: readonly Bar[]): Bar[] {
  return refusals
    .map(({ at, verdict }) => ({ at: Date.parse(at), verdict }))
    .filter(({ at }) => !bars.some(({ kind, to }) => kind === 'refused' && Math.abs(to - at) < SAME_ANSWER_MS))
    .map(({ at, verdict }) => ({ from: at, to: at, verdict, kind: 'refused', searches: 1, alerts: 0 }))
}

function rowOf(workerId: string, searches: readonly RunSearch[], refusals: readonly RunRefusal[]): Row {
  const answered = searches.flatMap(barOf)
  const moments = momentsOf(refusals, answered)
  const bars = [...answered, ...moments].sort((a, b) => a.from - b.from)
  const counts: Row['counts'] = { served: 0, refused: moments.length, failed: 0, waiting: 0 }
  for (const { verdict } of searches) counts[kindOf(verdict)] += 1
  const times = searches.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b)
  const medianMs = times[Math.floor((times.length - 1) / 2)] ?? null
  return { workerId, bars: bars.length > MOST_BARS ? mergeNeighbours(bars) : bars, counts, medianMs }
}

type Facts = Pick<RunDetails, 'searches' | 'refusals' | 'startedAt' | 'summary'>

/** When each region that took part asked what, over the span of the run; it ended, or is now, at `endedAt`. */
export function timeLine({ searches, refusals, startedAt, summary }: Facts, endedAt: number): TimeLine {
  const bySearch = Map.groupBy(searches, ({ workerId }) => workerId)
  const byRefusal = Map.groupBy(refusals, ({ workerId }) => workerId)
  const workerIds = new Set([...(summary?.workers ?? []).map(({ id }) => id), ...bySearch.keys(), ...byRefusal.keys()])
  const rows = [...workerIds].sort().map((id) => rowOf(id, bySearch.get(id) ?? [], byRefusal.get(id) ?? []))
  const all = rows.flatMap(({ bars }) => bars)
  return {
    from: Math.min(Date.parse(startedAt), ...all.map(({ from }) => from)),
    to: Math.max(Date.parse(startedAt) + 1, endedAt, ...all.map(({ to }) => to)),
    rows,
  }
}
