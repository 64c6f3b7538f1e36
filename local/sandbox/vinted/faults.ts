import type { Clock } from '#shared/clock.ts'
import type { Visit } from './visit.ts'
import { isCataloguePath } from './site.ts'

export const faultModes = [
  'unauthorized',
  'forbidden',
  'challenge',
  'captcha',
  'throttled',
  'error',
  'timeout',
  'slow',
  'truncated',
  'html',
  'gzip-bomb',
  'endless',
  'gone',
  'wrong-market',
  'frozen',
] as const

export type FaultMode = (typeof faultModes)[number]

/** Without `egress`, `market` or `path` it hits all of them; without `count` and `forMs` it lasts until it is taken back. */
export type FaultOrder = {
  mode: FaultMode
  egress?: string | undefined
  market?: string | undefined
  /** `/` is the home page only; anything else is looked for in path and decoded query. */
  path?: string | undefined
  count?: number | undefined
  forMs?: number | undefined
  /** throttled: seconds; null sends no header. */
  retryAfter?: number | null | undefined
  /** slow */
  delayMs?: number | undefined
  /** error, challenge, captcha */
  status?: number | undefined
  /** wrong-market: the market that answers. */
  servedMarket?: string | undefined
}

export type Fault = FaultOrder & { since: number; sinceSequence: number }

export type Faults = {
  add(order: FaultOrder): Fault
  /** Takes back all, or those of one egress. */
  clear(egress: string | null): void
  active(): readonly Fault[]
  /** The newest fault that hits this visit, used up by one. `spared` says which ones let it through. */
  take(visit: Visit, spared: (fault: Fault) => boolean): Fault | null
}

export function createFaults(clock: Clock, newestSequence: () => number): Faults {
  let faults: { fault: Fault; left: number }[] = []

  const prune = (): void => {
    const now = clock.now()
    faults = faults.filter(({ fault, left }) => left > 0 && now < fault.since + (fault.forMs ?? Infinity))
  }

  return {
    add(order) {
      const fault = { ...order, since: clock.now(), sinceSequence: newestSequence() }
      faults.push({ fault, left: order.count ?? Infinity })
      return fault
    },
    clear(egress) {
      faults = egress === null ? [] : faults.filter(({ fault }) => fault.egress !== egress)
    },
    active() {
      prune()
      return faults.map(({ fault }) => fault)
    },
    take(visit, spared) {
      prune()
      const hit = faults.findLast(({ fault }) => hits(fault, visit) && !spared(fault))
      if (!hit) return null
      hit.left -= 1
      return hit.fault
    },
  }
}

function hits(fault: Fault, visit: Visit): boolean {
  if (fault.egress !== undefined && fault.egress !== visit.egress) return false
  if (fault.market !== undefined && fault.market !== visit.market?.id) return false
  // These two distort a catalogue page; there is nothing to distort elsewhere.
  if ((fault.mode === 'wrong-market' || fault.mode === 'frozen') && !isCataloguePath(visit.path)) return false
  if (fault.path === undefined) return true
  return fault.path === '/' ? visit.path === '/' : readable(visit).includes(fault.path)
}

const readable = (visit: Visit): string =>
  [visit.path, ...new URLSearchParams(visit.query).entries().map(([name, value]) => `${name}=${value}`)].join('?')
