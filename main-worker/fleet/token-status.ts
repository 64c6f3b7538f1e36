import type { SessionRow } from '#shared/database/sessions.ts'
import type { Context } from '../context.ts'
import { workerAvailability } from './worker-availability.ts'

/** Whether a worker can serve a market now, with a session of its own or a shared one. */
const serves = (sessions: readonly SessionRow[], workerId: string, market: string): boolean =>
  sessions.some((session) => session.isUsable && session.market === market && (session.worker ?? workerId) === workerId)

/** Names only: values are sealed and never leave the database. */
const previewOf = (sessions: readonly SessionRow[]): string =>
  [...new Set(sessions.filter((session) => session.isUsable).flatMap((session) => session.cookieNames))]
    .sort()
    .map((name) => `${name}=…`)
    .join(', ')

/** `GET /api/v1/token/status`; without a key only the three facts that a monitor needs. */
export async function readTokenStatus({ database, config }: Context, hasKey: boolean) {
  const [sessions, { workers }, due] = await Promise.all([
    database.call('list_sessions', {}),
    database.call('read_fleet', {}),
    database.call('list_due_alerts', {}),
  ])
  const markets = [...new Set(due.map(({ alert }) => alert.market))]
  const { available } = workerAvailability(workers)
  const isServed = available.every((worker) => markets.every((market) => serves(sessions, worker.id, market)))
  const reduced = {
    hasActiveCookies: available.length > 0 && sessions.some((session) => session.isUsable) && isServed,
    cookiesSource: 'database',
    lastRefreshAt:
      sessions
        .map((session) => session.createdAt)
        .sort()
        .at(-1) ?? null,
  }
  if (!hasKey) return reduced
  return {
    ...reduced,
    cookiesPreview: previewOf(sessions),
    env: {
      hasVINTED_FULL_COOKIES: config.hasFullCookies,
      hasCloudflareCookies: config.hasCloudflareCookies,
      ...(config.hasFullCookies && { note: 'VINTED_FULL_COOKIES present but not used for scraping (database only)' }),
    },
    sessions: sessions.map(({ worker, market, source, ageS, expiresAt, lastVerdict }) => ({
      worker,
      market,
      source,
      ageS,
      expiresAt,
      lastVerdict,
    })),
  }
}
