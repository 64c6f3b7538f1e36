/** The only place that asks the time. Rules get `now` as an argument, use-cases a `Clock`. */
export type Clock = { now(): number }

export const systemClock: Clock = { now: () => Date.now() }
