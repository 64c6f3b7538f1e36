import { isIP } from 'node:net'
import { isPublicAddress } from '../net/public-address.ts'

/** `url` is what was understood, re-serialised; nothing else is ever called. */
export type ReadUrl = { kind: 'understood'; url: URL } | { kind: 'refused'; reason: string }

const MOST_CHARACTERS = 2_048

const DISCORD_HOSTS = new Set(['discord.com', 'discordapp.com', 'canary.discord.com', 'ptb.discord.com'])
const DISCORD_PATH = /^\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,25}\/[\w-]{1,200}$/

const refused = (reason: string): ReadUrl => ({ kind: 'refused', reason })

/** What any address must be, before it is looked at. */
function readUrl(text: string): ReadUrl {
  if (text.length > MOST_CHARACTERS) return refused(`wants at most ${MOST_CHARACTERS} characters`)
  // Readers of URLs disagree about these.
  if (/[\\\s\p{Cc}]/u.test(text)) return refused('wants no spaces and no backslashes')
  const url = URL.parse(text)
  if (!url) return refused('wants a whole address such as https://example.com/hook')
  if (url.username !== '' || url.password !== '') return refused('wants no name or password in it')
  url.hash = ''
  return { kind: 'understood', url }
}

/** A webhook as Discord shows it: `https://discord.com/api/webhooks/<digits>/<token>`, of a thread with `?thread_id=`. */
export function readDiscordUrl(text: string): ReadUrl {
  const read = readUrl(text)
  if (read.kind === 'refused') return read
  const { url } = read
  const thread = url.searchParams.get('thread_id')
  const isOne =
    url.protocol === 'https:' && url.port === '' && DISCORD_HOSTS.has(url.hostname) && DISCORD_PATH.test(url.pathname)
  if (!isOne || (thread !== null && !/^\d{1,25}$/.test(thread))) {
    return refused('wants the address of a Discord webhook: https://discord.com/api/webhooks/<digits>/<token>')
  }
  url.search = thread === null ? '' : `?thread_id=${thread}`
  return read
}

/** host:port, as WEBHOOK_ALLOWED_HOSTS names it. */
const placeOf = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`

/** Where the operator said that anything goes: plain http, and addresses inside. */
export const isAllowedHost = (url: URL, allowedHosts: readonly string[]): boolean =>
  (url.protocol === 'https:' || url.protocol === 'http:') && allowedHosts.includes(placeOf(url))

/** https to a public host on port 443, or a host of WEBHOOK_ALLOWED_HOSTS. What a name resolves to is checked when calling. */
export function readStandardUrl(text: string, allowedHosts: readonly string[]): ReadUrl {
  const read = readUrl(text)
  if (read.kind === 'refused') return read
  const { url } = read
  if (isAllowedHost(url, allowedHosts)) return read
  if (url.protocol !== 'https:' || url.port !== '')
    return refused('wants https on port 443 (WEBHOOK_ALLOWED_HOSTS may name others)')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isPublic = isIP(host) === 0 ? host.includes('.') && !host.endsWith('.') : isPublicAddress(host)
  return isPublic ? read : refused('wants a public host (WEBHOOK_ALLOWED_HOSTS may name others)')
}
