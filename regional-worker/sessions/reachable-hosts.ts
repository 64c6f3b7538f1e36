import { markets } from '#shared/marketplaces/vinted/markets.ts'

/** The markets themselves, and who serves the pages that ask a browser to prove itself (vinted facts, 2026-11). */
const hosts = new Set([
  ...markets.flatMap((market) => [`www.${market.host}`, market.apiHost]),
  'challenges.cloudflare.com',
])

/** Photos (`images1.vinted.net`) and DataDome's pages (`geo.captcha-delivery.com`). With their dot: look-alikes end alike. */
const suffixes = ['.vinted.net', '.captcha-delivery.com']

/** Letters, digits and hyphens, and a last label of letters only: no address in any notation looks like that. */
const NAME = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,}$/

/** The host of a CONNECT target (`host:443`) that a session's browser may reach; null for every other target. */
export function reachableHost(target: string): string | null {
  const [host = '', port, ...rest] = target.toLowerCase().split(':')
  if (port !== '443' || rest.length > 0 || !NAME.test(host)) return null
  return hosts.has(host) || suffixes.some((suffix) => host.endsWith(suffix)) ? host : null
}
