import type { AlertChanges } from '#shared/contracts/alert.ts'

/** `until`: when the snooze ends. */
export type Change = { to: 'paused' | 'resumed' } | { to: 'snoozed'; until: number }

/** What a pause, a resumption or a snooze writes. A paused alert that is snoozed wakes up when the snooze ends. */
export function changeFields(change: Change): AlertChanges {
  switch (change.to) {
    case 'paused':
      return { isActive: false }
    case 'resumed':
      return { isActive: true, pausedUntil: null }
    case 'snoozed':
      return { isActive: true, pausedUntil: new Date(change.until).toISOString() }
    default:
      return change satisfies never
  }
}
