import type { RunAlert } from '#shared/contracts/run.ts'
import type { Context } from '../context.ts'

/** Verdicts that say something of a whole market, not of one search. */
const MARKET_TROUBLES = ['protocol-changed', 'wrong-market', 'no-session', 'upstream-error'] as const

/**
 * What a cycle learned of each market: trouble on every search that got an answer is the market's; one good answer ends it.
 * `markets` maps alerts to markets: their rows may name the search of a cover.
 */
export async function reportMarkets(
  { database }: Context,
  rows: readonly RunAlert[],
  markets: ReadonlyMap<string, string>,
): Promise<void> {
  const [incidents, rests] = await Promise.all([
    database.call('list_incidents', {}),
    database.call('list_market_rests', {}),
  ])
  for (const market of new Set(markets.values())) {
    const mine = rows.filter((row) => markets.get(row.alertId) === market)
    const isServed = mine.some((row) => row.verdict === 'ok')
    for (const kind of MARKET_TROUBLES) {
      const troubled = mine.find((row) => row.verdict === kind)
      const isOpen = incidents.some((each) => each.isOpen && each.kind === kind && each.subject === market)
      // A market that rests for a CAPTCHA has no session for that reason: one word is enough.
      const isExplained = kind === 'no-session' && rests.some((rest) => rest.market === market)
      if (isServed && isOpen) await database.call('close_incident', { kind, subject: market })
      if (!isServed && troubled && !isExplained)
        await database.call('open_incident', { kind, subject: market, detail: troubled.error ?? kind })
    }
  }
}
