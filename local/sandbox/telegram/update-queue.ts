import { RefusedError } from './refused-error.ts'

export type Update = { update_id: number; [kind: string]: unknown }
export type Poll = { offset: number; limit: number; timeoutMs: number }

/** Updates wait here until they are confirmed: by a higher offset, or by a webhook's 2xx. */
export type UpdateQueue = {
  push(content: Record<string, unknown>): number
  pending(): number
  first(): Update | undefined
  confirmBelow(updateId: number): void
  dropAll(): void
  /** Long polling; a newer call, `interrupt` or the signal ends the wait. */
  poll(poll: Poll, signal: AbortSignal): Promise<Update[]>
  /** Ends a waiting poll with 409. */
  interrupt(reason: string): void
  /** Resolves at the next push, or when the signal aborts. */
  pushed(signal: AbortSignal): Promise<void>
}

/** Real ids start anywhere. */
const FIRST_ID = 731_000_001

export function createUpdateQueue(): UpdateQueue {
  let updates: Update[] = []
  let nextId = FIRST_ID
  const changes = new EventTarget()
  let poller: AbortController | null = null

  const interrupt = (reason: string): void => poller?.abort(new RefusedError(409, `Conflict: ${reason}`))

  const pushed = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        changes.removeEventListener('push', done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      if (signal.aborted) return resolve()
      changes.addEventListener('push', done)
      signal.addEventListener('abort', done)
    })

  return {
    push(content) {
      const update = { update_id: nextId++, ...content }
      updates.push(update)
      changes.dispatchEvent(new Event('push'))
      return update.update_id
    },
    pending: () => updates.length,
    first: () => updates[0],
    confirmBelow(updateId) {
      updates = updates.filter((update) => update.update_id >= updateId)
    },
    dropAll() {
      updates = []
    },
    interrupt,
    pushed,
    async poll({ offset, limit, timeoutMs }, signal) {
      interrupt('terminated by other getUpdates request; make sure that only one bot instance is running')
      // A negative offset asks for the last ones and forgets the rest.
      updates = offset < 0 ? updates.slice(offset) : updates.filter((update) => update.update_id >= offset)
      const mine = new AbortController()
      poller = mine
      if (updates.length === 0 && timeoutMs > 0) {
        await pushed(AbortSignal.any([signal, mine.signal, AbortSignal.timeout(timeoutMs)]))
      }
      if (poller === mine) poller = null
      if (mine.signal.aborted) throw mine.signal.reason
      return updates.slice(0, limit)
    },
  }
}
