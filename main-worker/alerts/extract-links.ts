/** Most links that one paste may hold. */
export const MAX_LINKS = 200

/** A link, or what looks like one without its scheme. */
const LINK = /(?:[a-z][a-z0-9+.-]*:\/\/|\bwww\.|\bvinted\.)[^\s<>"“”«»]+/gi

/** What a sentence leaves at the end of a link. */
const TRAILING = /[.,;:!?')]+$/

/** The links of a pasted text, each once, in their order; text around them is left out. */
export const extractLinks = (text: string): string[] => [
  ...new Set((text.match(LINK) ?? []).map((link) => link.replace(TRAILING, '')).filter((link) => link !== '')),
]
