import type { AlertChanges } from '#shared/contracts/alert.ts'
import { Search } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import type { IgnoredPart, UnderstoodPart } from '#shared/marketplaces/vinted/parse-search-url.ts'
import { toNewAlert } from './alert-store.ts'
import { extractLinks } from './extract-links.ts'

export type ReadLink = { link: string } & (
  | { kind: 'search'; alert: AlertChanges; understood: UnderstoodPart[]; ignored: IgnoredPart[] }
  /** The same search as that link (counted from 0) of this paste. */
  | { kind: 'repeat'; of: number }
  | { kind: 'refused'; reason: string }
)

/** What a text with links says, link by link, and nothing is stored. `chatId`: where the alerts would tell. */
export function readLinks(text: string, chatId: string | null): ReadLink[] {
  const found = extractLinks(text)
  const known = new Map<string, number>()
  // A text without any link is judged as one, so that it is refused with a reason.
  return (found.length > 0 ? found : [text]).map((link, place): ReadLink => {
    try {
      const { alert, pasted } = toNewAlert({ url: link }, chatId)
      const { key } = canonicalSearch(Search.parse(alert))
      const of = known.get(key)
      if (of !== undefined) return { link, kind: 'repeat', of }
      known.set(key, place)
      return { link, kind: 'search', alert, understood: pasted?.understood ?? [], ignored: pasted?.ignored ?? [] }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return {
        link,
        kind: 'refused',
        reason: error.extra.issues?.map(({ message }) => message).join('; ') ?? error.message,
      }
    }
  })
}
