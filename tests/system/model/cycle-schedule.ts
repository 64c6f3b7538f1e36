import { array, boolean, constant, constantFrom, nat, oneof, record } from 'fast-check'
import type { Arbitrary } from 'fast-check'

export const MAINS = 3
/** Search 0 has two alerts, the others one each. */
export const SEARCH_OF_ALERT = [0, 0, 1, 2] as const

/** What may happen next. A main that lost its lease goes on until it is told; a worker that lost its item does too. */
export type Step =
  | { kind: 'begin' | 'renew' | 'finish' | 'park' | 'die' | 'stop'; main: number }
  /** `searches`: which of the three are given away now. */
  | { kind: 'plan'; main: number; searches: boolean[] }
  /** The holder of the cycle, whoever it is, goes silent for longer than its lease. */
  | { kind: 'lose-lease' }
  /** `task` counts back from the newest: old ones belong to workers that nobody waits for any more. */
  | { kind: 'slot' | 'repeat'; task: number }
  | { kind: 'record'; task: number; verdict: 'ok' | 'upstream-error' | 'blocked' }
  | { kind: 'change' | 'delete'; alert: number }

const main = nat({ max: MAINS - 1 })
const task = nat({ max: 4 })
const alert = nat({ max: SEARCH_OF_ALERT.length - 1 })
const searches = array(boolean(), { minLength: 3, maxLength: 3 })

const step: Arbitrary<Step> = oneof(
  { weight: 6, arbitrary: record({ kind: constant('begin' as const), main }) },
  { weight: 2, arbitrary: record({ kind: constant('renew' as const), main }) },
  { weight: 3, arbitrary: record({ kind: constant('finish' as const), main }) },
  { weight: 1, arbitrary: record({ kind: constant('park' as const), main }) },
  { weight: 2, arbitrary: record({ kind: constantFrom('die' as const, 'stop' as const), main }) },
  { weight: 9, arbitrary: record({ kind: constant('plan' as const), main, searches }) },
  { weight: 4, arbitrary: constant<Step>({ kind: 'lose-lease' }) },
  { weight: 5, arbitrary: record({ kind: constantFrom('slot' as const, 'repeat' as const), task }) },
  {
    weight: 9,
    arbitrary: record({
      kind: constant('record' as const),
      task,
      verdict: constantFrom('ok' as const, 'ok' as const, 'upstream-error' as const, 'blocked' as const),
    }),
  },
  { weight: 3, arbitrary: record({ kind: constant('change' as const), alert }) },
  { weight: 1, arbitrary: record({ kind: constant('delete' as const), alert }) },
)

export const schedules: Arbitrary<Step[]> = array(step, { minLength: 20, maxLength: 50, size: 'max' })
