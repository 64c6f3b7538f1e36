import { markets } from '#shared/marketplaces/vinted/markets.ts'

export type FoundLink = { kind: 'search' | 'listing' | 'member'; url: string }

const hosts = markets.map(({ host }) => host.replaceAll('.', '\\.')).join('|')
const LINK = new RegExp(`(?:https?:\\/\\/)?(?<![\\w.@-])(?:www\\.)?(?:${hosts})(?![\\w.-]*\\w)[/?#][^\\s<>"“”«»]*`, 'i')

const withoutClosing = (url: string): string => url.replace(/[)\].,;:!'’]+$/, '')

/** The first link to Vinted in a text, or of those behind its words; what it leads to is told by its path. */
export function findLink(text: string, hidden: readonly string[]): FoundLink | null {
  const found = [text, ...hidden].map((each) => LINK.exec(each)?.[0]).find((each) => each !== undefined)
  if (found === undefined) return null
  const url = withoutClosing(found)
  const path = URL.parse(/^https?:/i.test(url) ? url : `https://${url}`)?.pathname ?? ''
  if (/^\/(?:[a-z]{2}\/)?items\/\d/.test(path)) return { kind: 'listing', url }
  return { kind: /^\/(?:[a-z]{2}\/)?member\//.test(path) ? 'member' : 'search', url }
}
