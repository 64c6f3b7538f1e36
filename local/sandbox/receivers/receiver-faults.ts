import { json } from '../answer.ts'
import type { Answer } from '../answer.ts'

export const receiverFaultModes = ['429', 'gone', 'status', 'hang', 'drop', 'redirect'] as const

/** `target` is a webhook's id or a receiver's name; without it everybody is hit. */
export type ReceiverFault = {
  /** `status` answers with one · `hang` takes it and never answers · `drop` does not take it and cuts the line. */
  mode: (typeof receiverFaultModes)[number]
  target?: string | undefined
  /** For `status`; 500 when it is missing. */
  status?: number | undefined
  /** Seconds, for 429. */
  retryAfter?: number | undefined
  count?: number | undefined
}

export type ReceiverFaults = {
  add(fault: ReceiverFault): void
  clear(): void
  active(): readonly ReceiverFault[]
  /** The newest fault that hits this target, used up by one. */
  take(target: string): ReceiverFault | null
}

export function createReceiverFaults(): ReceiverFaults {
  let faults: { fault: ReceiverFault; left: number }[] = []
  return {
    add(fault) {
      faults.push({ fault, left: fault.count ?? Infinity })
    },
    clear() {
      faults = []
    },
    active: () => faults.filter(({ left }) => left > 0).map(({ fault }) => fault),
    take(target) {
      const hit = faults.findLast(({ fault, left }) => left > 0 && (fault.target ?? target) === target)
      if (!hit) return null
      hit.left -= 1
      return hit.fault
    },
  }
}

export const redirectAnswer: Answer = { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } }

export const statusAnswer = ({ status = 500 }: ReceiverFault): Answer =>
  json(status, { error: `the sandbox says ${status}` })
