import { marketOf } from '../../../shared/marketplaces/vinted/markets.ts'
import { seal } from '../../../shared/seal.ts'
import { fillJar, sealRow } from '../../../shared/sessions/cookie-jar.ts'

/** What main stores for an imported session that any worker may use. */
export async function sharedSession(marketId: string, cookies: Record<string, string>, key: string) {
  const market = marketOf(marketId)
  const headers = Object.entries(cookies).map(
    ([name, value]) => `${name}=${value}; Domain=${market.host}; Path=/; Secure`,
  )
  const jar = await fillJar(headers, market)
  const later = new Date(Date.now() + 3_600_000).toISOString()
  return {
    market: marketId,
    worker: null,
    userAgent: 'Mozilla/5.0 (a browser of its own)',
    cookieNames: Object.keys(cookies),
    sealedJar: seal(JSON.stringify(jar.serializeSync()), key, sealRow(marketId, null)),
    source: 'import' as const,
    renewAt: later,
    expiresAt: later,
  }
}
