/** The only place that asks the time. Rules get `now` as an argument, use-cases a `Clock`. */
export type Clock = { now(): number }

export const systemClock: Clock = { now: () => Date.now() }

/** Milliseconds that no clock change touches: only for measuring how long something took. */
export const stopwatch = (): (() => number) => {
  const startedAt = performance.now()
  return () => performance.now() - startedAt
}
