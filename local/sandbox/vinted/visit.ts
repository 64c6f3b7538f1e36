import type { IncomingMessage } from 'node:http'
import { markets } from '#shared/marketplaces/vinted/markets.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { IMAGE_HOST } from './photos.ts'

/** One request to the made-up site, as far as its answer depends on it. */
export type Visit = {
  egress: string
  method: string
  host: string
  /** Null on the image host. */
  market: Market | null
  path: string
  query: string
  userAgent: string
  locale: string
  authorization: string
  cookies: ReadonlyMap<string, string>
}

const marketByHost = new Map(
  markets.flatMap((market) => [`www.${market.host}`, market.apiHost].map((host) => [host, market])),
)

/** Every name the sandbox answers to; a door refuses all others. */
export const sandboxHosts: readonly string[] = [...marketByHost.keys(), IMAGE_HOST]
const knownHosts = new Set(sandboxHosts)

export const isSandboxHost = (host: string): boolean => knownHosts.has(host)

export function readVisit(egress: string, request: IncomingMessage): Visit {
  const host = (request.headers.host ?? '').replace(/:443$/, '').toLowerCase()
  // A request line that is no URL (`//`) is somebody's nonsense, not a failure of ours.
  const url = URL.parse(request.url ?? '/', 'https://site.invalid') ?? new URL('https://site.invalid/')
  return {
    egress,
    method: request.method ?? 'GET',
    host,
    market: marketByHost.get(host) ?? null,
    path: url.pathname,
    query: url.search.slice(1),
    userAgent: request.headers['user-agent'] ?? '',
    locale: String(request.headers['locale'] ?? ''),
    authorization: request.headers.authorization ?? '',
    cookies: readCookies(request.headers.cookie ?? ''),
  }
}

function readCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim())
  }
  return cookies
}
