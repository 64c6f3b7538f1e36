import { gunzipSync } from 'node:zlib'
import { ProxyAgent, request } from 'undici'
import type { Search } from '#shared/contracts/alert.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { catalogueRequest, frontPageRequest } from '../../regional-worker/vinted/protocol.ts'
import type { SiteRequest, Visitor } from '../../regional-worker/vinted/protocol.ts'

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

export type BareVisitor = {
  /** The catalogue page of a search, as it came. */
  ask(search: Search): Promise<Uint8Array>
  /** The same, unpacked and parsed: the least that a crawler does. */
  askAndParse(search: Search): Promise<unknown>
  close(): Promise<void>
}

/** The site through one door by undici alone. `ca` is the only authority it trusts. */
export function createBareVisitor(door: string, ca: string): BareVisitor {
  const dispatcher = new ProxyAgent({ uri: door, requestTls: { ca } })
  const visitors = new Map<string, Visitor>()

  const get = async ({ url, headers }: SiteRequest) => {
    const answer = await request(url, { dispatcher, headers: { ...headers, 'accept-encoding': 'gzip' } })
    const body = new Uint8Array(await answer.body.arrayBuffer())
    if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`)
    return { headers: answer.headers, body }
  }
  const visit = async (market: string): Promise<Visitor> => {
    const { headers } = await get(frontPageRequest(marketOf(market), USER_AGENT))
    const cookies = [headers['set-cookie'] ?? []].flat()
    const accessToken = cookies.findLast((cookie) => /^access_token_web=[^;]/.test(cookie))?.split(/[=;]/)[1] ?? ''
    const visitor = { accessToken, anonId: String(headers['x-anon-id']), userAgent: USER_AGENT }
    visitors.set(market, visitor)
    return visitor
  }
  const ask = async (search: Search) => {
    const visitor = visitors.get(search.market) ?? (await visit(search.market))
    return get(catalogueRequest(marketOf(search.market), search, visitor))
  }
  return {
    ask: async (search) => (await ask(search)).body,
    async askAndParse(search) {
      const { headers, body } = await ask(search)
      const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : Buffer.from(body)
      return JSON.parse(plain.toString('utf8')) as unknown
    },
    close: () => dispatcher.close(),
  }
}
