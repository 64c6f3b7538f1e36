import type { Clock } from '#shared/clock.ts'
import type { Visit } from './vinted/visit.ts'

/** One request to the made-up site. Never a cookie or a token. */
export type SeenRequest = {
  /** ISO 8601 */
  time: string
  egress: string
  host: string
  path: string
  /** As sent, without `?`. */
  query: string
  method: string
  /** Null: not answered (yet). */
  status: number | null
  userAgent: string
}

export type RequestLog = {
  /** Writes it down at once, so that a request nobody answers is seen too; the result sets its status. */
  add(visit: Visit): (status: number) => void
  since(time: number): readonly SeenRequest[]
}

const KEPT = 20_000

export function createRequestLog(clock: Clock): RequestLog {
  let seen: SeenRequest[] = []
  return {
    add({ egress, host, path, query, method, userAgent }) {
      const entry: SeenRequest = {
        time: new Date(clock.now()).toISOString(),
        egress,
        host,
        path,
        query,
        method,
        status: null,
        userAgent,
      }
      seen.push(entry)
      if (seen.length > KEPT + 1000) seen = seen.slice(-KEPT)
      return (status) => {
        entry.status = status
      }
    },
    since: (time) => seen.slice(-KEPT).filter((entry) => Date.parse(entry.time) >= time),
  }
}
