import type { RunAlert } from '#shared/contracts/run.ts'
import type { Context } from '../context.ts'

/** Verdicts that say something of a whole market, not of one search. */
const MARKET_TROUBLES = ['protocol-changed', 'wrong-market', 'no-session', 'upstream-error'] as const

/**
 * What a cycle learned of each market: trouble on every search that got an answer is the market's; one good answer ends it.
 * `markets` maps search keys to markets.
 */
export async function reportMarkets(
  { database }: Context,
  rows: readonly RunAlert[],
  markets: ReadonlyMap<string, string>,
): Promise<void> {
  for (const market of new Set(markets.values())) {
    const mine = rows.filter((row) => markets.get(row.searchKey) === market)
    const isServed = mine.some((row) => row.verdict === 'ok')
    for (const kind of MARKET_TROUBLES) {
      const troubled = mine.find((row) => row.verdict === kind)
      if (isServed) await database.call('close_incident', { kind, subject: market })
      else if (troubled) await database.call('open_incident', { kind, subject: market, detail: troubled.error ?? kind })
    }
  }
}
