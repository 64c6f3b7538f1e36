import { randomUUID } from 'node:crypto'
import { errorText } from '#shared/errors.ts'
import type { Context } from '../context.ts'
import { refreshSessions } from './refresh-sessions.ts'
import type { Refreshed } from './refresh-sessions.ts'

/** Somebody looks at the newest ones only. */
const MOST_KEPT = 20

type Asked = Parameters<typeof refreshSessions>[1]
/** `refreshed` null while it goes on; `problem` is what stopped it as a whole. */
export type Renewal = { id: string; refreshed: Refreshed[] | null; problem: string | null }

/** Renewals of sessions that a page has asked for: they outlive the request, and their outcome can be read for a while. */
export function createRenewals(context: Context) {
  const renewals = new Map<string, Renewal>()

  async function renew(renewal: Renewal, asked: Asked): Promise<void> {
    try {
      renewal.refreshed = (await refreshSessions(context, asked, context.stopping)).refreshed
    } catch (error) {
      renewal.problem = errorText(error)
    }
  }

  return {
    /** Begins at once; answers by which id it is found. */
    start(asked: Asked): string {
      const renewal: Renewal = { id: randomUUID(), refreshed: null, problem: null }
      renewals.set(renewal.id, renewal)
      for (const id of [...renewals.keys()].slice(0, -MOST_KEPT)) renewals.delete(id)
      void renew(renewal, asked)
      return renewal.id
    },
    find: (id: string): Renewal | null => renewals.get(id) ?? null,
  }
}
