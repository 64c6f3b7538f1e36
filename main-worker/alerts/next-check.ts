import type { Alert } from '#shared/contracts/alert.ts'
import { alertState } from './alert-state.ts'

/**
 * When an alert is looked at again. `with-run`: with the next cycle, whenever somebody or something starts it (the clock is off
 * or the fleet is paused). `in-turn`: when its search is due. `never`: not before its owner does something.
 */
export type NextCheck =
  | { kind: 'now' }
  | { kind: 'at'; at: string }
  | { kind: 'with-run' }
  | { kind: 'in-turn' }
  | { kind: 'never' }

type Watched = Parameters<typeof alertState>[0] & Pick<Alert, 'isActive'>
/** Milliseconds between two cycles, each search in its own time, or only when somebody asks. */
export type Beat = number | 'continuous' | null
type Clock = { lastTickAt: string | null; isPaused: boolean; beat: Beat; now: number }

/** The clock counts from start to start; a tick that is late comes with the cycle that runs now ends. */
export function nextCheck(alert: Watched, isPlanned: boolean, clock: Clock): NextCheck {
  const { state, until } = alertState(alert, clock.now)
  if (isPlanned) return { kind: 'now' }
  if (state === 'paused' || (state === 'parked' && until === null)) return { kind: 'never' }
  const { beat } = clock
  if (clock.isPaused || beat === null || clock.lastTickAt === null) return { kind: 'with-run' }
  if (beat === 'continuous') return until === null ? { kind: 'in-turn' } : { kind: 'at', at: until }
  const tick = Date.parse(clock.lastTickAt) + beat
  // More than one interval late: this clock does not go.
  if (tick + beat < clock.now) return { kind: 'with-run' }
  if (until === null) return { kind: 'at', at: new Date(tick).toISOString() }
  const late = Math.max(0, Math.ceil((Date.parse(until) - tick) / beat))
  return { kind: 'at', at: new Date(tick + late * beat).toISOString() }
}
