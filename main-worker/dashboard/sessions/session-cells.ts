import type { SessionRow } from '#shared/database/sessions.ts'
import type { SessionTable } from '#shared/database/statistics.ts'

/**
 * What a region can do in a market: `usable` with a session of its own, `shared` with the imported one, `unusable` (the site
 * did not take it last time), `expired`, `resting` after a CAPTCHA (`until`), or `missing`.
 */
export type CellState = 'usable' | 'shared' | 'unusable' | 'expired' | 'resting' | 'missing'

/** `workerId` null: an imported session that every region may use. */
export type Cell = {
  workerId: string | null
  market: string
  state: CellState
  session: SessionRow | null
  until: string | null
}

const stateOf = (session: SessionRow, now: number): CellState => {
  if (session.isUsable) return 'usable'
  return Date.parse(session.expiresAt) <= now ? 'expired' : 'unusable'
}

function cellOf(
  { sessions, rests }: SessionTable,
  shared: SessionRow | undefined,
  workerId: string,
  market: string,
  now: number,
) {
  const own = sessions.find((session) => session.worker === workerId && session.market === market) ?? null
  const rest = rests.find((one) => one.workerId === workerId && one.market === market)
  const cell = (state: CellState, until: string | null = null): Cell => ({
    workerId,
    market,
    state,
    session: own,
    until,
  })
  if (rest !== undefined) return cell('resting', rest.until)
  if (own?.isUsable) return cell('usable')
  // A worker uses an imported session only while it has none of its own.
  if (own === null) return cell(shared?.isUsable ? 'shared' : 'missing')
  return cell(stateOf(own, now))
}

/** Every region with every market that is in use or has a session, region by region; imported sessions come last. */
export function sessionCells(table: SessionTable, workerIds: readonly string[], now: number): Cell[] {
  const { sessions } = table
  const markets = [...new Set([...table.markets, ...sessions.map(({ market }) => market)])].sort()
  const inUse = new Set(table.markets)
  const imported = sessions.filter(({ worker }) => worker === null)
  const cells = workerIds.flatMap((workerId) =>
    markets
      .map((market) => {
        const shared = imported.find((session) => session.market === market)
        return cellOf(table, shared, workerId, market, now)
      })
      .filter(({ market, session }) => inUse.has(market) || session !== null),
  )
  return [
    ...cells,
    ...imported.map((session) => ({
      workerId: null,
      market: session.market,
      state: stateOf(session, now),
      session,
      until: null,
    })),
  ]
}
