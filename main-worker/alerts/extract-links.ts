/** Most links that one paste may hold. */
export const MAX_LINKS = 200

/** What stands between two words of a text. */
const BETWEEN = /[\s<>"“”«»]+/

/** Where a link begins, or what looks like one without its scheme. Bounded: a long word costs a long word, not its square. */
const START = /[a-z][a-z0-9+.-]{0,20}:\/\/|\b(?:www|vinted)\./i

/** What a sentence leaves at the end of a link. */
const TRAILING = new Set(".,;:!?')")

function withoutTrailing(link: string): string {
  let end = link.length
  while (end > 0 && TRAILING.has(link[end - 1] ?? '')) end -= 1
  return link.slice(0, end)
}

/** The links of a pasted text, each once, in their order; text around them is left out. */
export const extractLinks = (text: string): string[] => [
  ...new Set(
    text.split(BETWEEN).flatMap((word) => {
      const start = word.search(START)
      const link = start < 0 ? '' : withoutTrailing(word.slice(start))
      return link === '' ? [] : [link]
    }),
  ),
]
