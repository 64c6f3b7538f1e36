const DEFAULT_MS = 30_000
const LONGEST_MS = 24 * 3_600_000

/** A `Retry-After` header, seconds (also with a fraction) or a date; half a minute where it says nothing, a day at most. */
export function retryAfterMs(value: string, now: number): number {
  const ms = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isFinite(ms) ? Math.ceil(Math.min(Math.max(ms, 0), LONGEST_MS)) : DEFAULT_MS
}
