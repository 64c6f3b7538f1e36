import type { Alert } from '#shared/contracts/alert.ts'

type Stated = Pick<Alert, 'isActive' | 'pausedUntil' | 'parkedReason' | 'parkedUntil' | 'lastCheckedAt'>

export const alertStates = ['active', 'new', 'snoozed', 'parked', 'paused'] as const

/** `new` waits for its first good check; `parked` by Vigie itself, with a reason. */
export type AlertState = (typeof alertStates)[number]

/** What weighs most comes first: the same order in which the planner leaves an alert out. */
export function alertState(alert: Stated, now: number): { state: AlertState; until: string | null } {
  const { isActive, pausedUntil, parkedReason, parkedUntil, lastCheckedAt } = alert
  const isToCome = (time: string | null): boolean => time !== null && Date.parse(time) > now
  if (!isActive) return { state: 'paused', until: null }
  if (isToCome(pausedUntil)) return { state: 'snoozed', until: pausedUntil }
  if (parkedReason !== null && (parkedUntil === null || isToCome(parkedUntil)))
    return { state: 'parked', until: parkedUntil }
  return { state: lastCheckedAt === null ? 'new' : 'active', until: null }
}

/** Whether it is left out of every cycle now, so that somebody may want to resume it. */
export function isResting(alert: Stated, now: number): boolean {
  const { state } = alertState(alert, now)
  return state !== 'active' && state !== 'new'
}
