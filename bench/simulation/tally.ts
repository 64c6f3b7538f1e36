import { quantile } from '../report/quantile.ts'

const HOUR_MS = 3_600_000

/** What is counted while a day goes by; what happens before `from` only warms up. */
export type Tally = {
  /** A request, whether or not anybody hears of its answer. */
  request(worker: number, at: number): void
  /** A check that was acknowledged at `at`, with the listings it brought. */
  told(listedAt: readonly number[], at: number): void
  /** Listings that nobody was told of when the window ended: so old already, and no find. */
  untold(listedAt: readonly number[]): void
  result(): Result
}

export type Result = {
  checksPerHour: number
  requestsPerHour: number
  requestsPerFind: number
  meanS: number
  p50S: number
  p95S: number
  worstEgressPerHour: number
}

export function createTally(from: number, until: number, workers: number): Tally {
  const delays: number[] = []
  const perWorker = Array.from({ length: workers }, () => 0)
  let [checks, finds] = [0, 0]
  const hours = (until - from) / HOUR_MS
  const isCounted = (at: number): boolean => at >= from && at < until
  return {
    request(worker, at) {
      if (isCounted(at)) perWorker[worker] = (perWorker[worker] ?? 0) + 1
    },
    told(listedAt, at) {
      if (isCounted(at)) checks += 1
      const counted = listedAt.filter(isCounted)
      finds += counted.length
      for (const time of counted) delays.push((at - time) / 1000)
    },
    untold(listedAt) {
      // Who tells nothing at all has no age.
      if (checks > 0) for (const time of listedAt.filter(isCounted)) delays.push((until - time) / 1000)
    },
    result() {
      const requests = perWorker.reduce((sum, count) => sum + count, 0)
      delays.sort((one, other) => one - other)
      return {
        checksPerHour: checks / hours,
        requestsPerHour: requests / hours,
        requestsPerFind: requests / finds,
        meanS: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
        p50S: quantile(delays, 0.5),
        p95S: quantile(delays, 0.95),
        worstEgressPerHour: Math.max(...perWorker) / hours,
      }
    },
  }
}
