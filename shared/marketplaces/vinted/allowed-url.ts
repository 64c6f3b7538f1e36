import { markets } from './markets.ts'
import type { Market } from './markets.ts'

const MAX_CHARS = 2048

/** A page of the site that may be asked for, in its only form: the re-serialised URL. */
export type AllowedUrl = { kind: 'allowed'; url: URL; market: Market } | { kind: 'refused'; reason: string }

/**
 * Not an open proxy: https, port 443, no user, and exactly `www.<host>` of a market (no suffix matching). The URL is judged
 * after parsing, so that notations (127.1, fullwidth digits, trailing dots) are what the network would make of them.
 */
export function allowedUrl(text: string): AllowedUrl {
  const refuse = (reason: string): AllowedUrl => ({ kind: 'refused', reason })
  if (text.length > MAX_CHARS) return refuse(`longer than ${MAX_CHARS} characters`)
  if (/[\\\s\p{Cc}]/u.test(text)) return refuse('holds a backslash, a space or a control character')
  const url = URL.parse(text)
  if (!url) return refuse('not a URL')
  if (url.protocol !== 'https:') return refuse(`wants https (got ${url.protocol})`)
  if (url.username !== '' || url.password !== '') return refuse('holds a user name')
  if (url.port !== '') return refuse('names a port')
  const market = markets.find(({ host }) => url.hostname === `www.${host}`)
  return market ? { kind: 'allowed', url, market } : refuse('not a page of Vinted')
}
