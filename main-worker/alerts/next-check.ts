import type { Alert } from '#shared/contracts/alert.ts'
import { alertState } from './alert-state.ts'

/**
 * When an alert is looked at again. `with-run`: with the next cycle, whenever somebody or something starts it (the clock is off
 * or the fleet is paused). `never`: not before its owner does something.
 */
export type NextCheck = { kind: 'now' } | { kind: 'at'; at: string } | { kind: 'with-run' } | { kind: 'never' }

type Watched = Parameters<typeof alertState>[0] & Pick<Alert, 'isActive'>
type Clock = { lastTickAt: string | null; isPaused: boolean; everyMs: number | null; now: number }

/** The clock counts from start to start; a tick that is late comes with the cycle that runs now ends. */
export function nextCheck(alert: Watched, isPlanned: boolean, clock: Clock): NextCheck {
  const { state, until } = alertState(alert, clock.now)
  if (isPlanned) return { kind: 'now' }
  if (state === 'paused' || (state === 'parked' && until === null)) return { kind: 'never' }
  if (clock.isPaused || clock.everyMs === null || clock.lastTickAt === null) return { kind: 'with-run' }
  const tick = Date.parse(clock.lastTickAt) + clock.everyMs
  // More than one interval late: this clock does not go.
  if (tick + clock.everyMs < clock.now) return { kind: 'with-run' }
  if (until === null) return { kind: 'at', at: new Date(tick).toISOString() }
  const late = Math.max(0, Math.ceil((Date.parse(until) - tick) / clock.everyMs))
  return { kind: 'at', at: new Date(tick + late * clock.everyMs).toISOString() }
}
