import { marketOf, siteOrigin } from '../../../shared/marketplaces/vinted/markets.ts'
import { BROWSER } from './start-test-sandbox.ts'
import type { SiteAnswer, TestSandbox } from './start-test-sandbox.ts'

export type CatalogueItem = {
  id: number
  title: string
  promoted: boolean
  url: string
  price: { amount: string; currency_code: string }
  item_box: { first_line: string; second_line: string }
  user: { id: number; login: string; business: boolean }
}
export type CataloguePage = {
  items: CatalogueItem[]
  pagination: { total_entries: number; total_pages: number; per_page: number }
}

export type TestSession = {
  token: string
  anonId: string
  cookies: string[]
  /** A catalogue request with this session; `query` as it stands behind the `?`. */
  search(query: string, headers?: Record<string, string>): Promise<SiteAnswer>
  /** The organic items of a search that must succeed. */
  items(query: string): Promise<CatalogueItem[]>
}

/** Bootstraps an anonymous session as a careful client does: the last non-empty token counts. */
export async function openSession(sandbox: TestSandbox, egress: string, marketId: string): Promise<TestSession> {
  const market = marketOf(marketId)
  const home = await sandbox.visit(egress, `${siteOrigin(market)}/`, { method: 'HEAD' })
  const cookies = [home.headers['set-cookie'] ?? []].flat()
  const token = cookies.findLast((cookie) => /^access_token_web=[^;]/.test(cookie))?.replace(/^[^=]*=([^;]*);.*$/, '$1')
  if (token === undefined) throw new Error(`no session: ${home.status}`)
  const anonId = String(home.headers['x-anon-id'])
  const search = (query: string, headers: Record<string, string> = {}): Promise<SiteAnswer> =>
    sandbox.visit(egress, `https://${market.apiHost}/svc-catalogue/items?${query}`, {
      headers: {
        authorization: `Bearer ${token}`,
        'x-anon-id': anonId,
        locale: market.locale,
        'user-agent': BROWSER,
        ...headers,
      },
    })
  return {
    token,
    anonId,
    cookies,
    search,
    async items(query) {
      const answer = await search(query)
      if (answer.status !== 200) throw new Error(`the search was answered with ${answer.status}`)
      return (answer.json() as CataloguePage).items.filter(({ promoted }) => !promoted)
    },
  }
}
