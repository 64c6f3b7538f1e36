import { array, constant, integer, nat, oneof, record } from 'fast-check'
import type { Arbitrary } from 'fast-check'

/** What happens on the site between two checks; places count from the top of what is visible. */
export type Step = {
  published: number
  sold: number[]
  /** Rows that are boosted this time, and so not organic; only what was seen before. */
  boosted: number[]
  /** The page shows nothing, as when the whole search is sold out for a moment. */
  isEmpty: boolean
}

export const PAGE_SIZE = 6

export const steps: Arbitrary<Step[]> = array(
  record({
    published: oneof({ weight: 6, arbitrary: integer({ min: 0, max: 3 }) }, { weight: 1, arbitrary: constant(9) }),
    sold: array(nat({ max: 9 }), { maxLength: 4 }),
    boosted: array(nat({ max: 5 }), { maxLength: 2 }),
    isEmpty: oneof({ weight: 9, arbitrary: constant(false) }, { weight: 1, arbitrary: constant(true) }),
  }),
  { minLength: 4, maxLength: 12 },
)

export type Expected = {
  page: number[]
  /** What this page must tell: listings published since the page before, and nothing else but on an overflow. */
  mode: 'normal' | 'overflow'
  told: number[]
  /** A row that was known: without one, after an empty page, nothing tells an old row from a new one. */
  hasAnchor: boolean
  /** Published since the page before and on this page: whatever the rules say, these must be told now. */
  arrived: number[]
}

/** The site with one search, and what its watcher must hear of it. Listings are numbered by publication. */
export function createSite(depth: number): { baseline: number[]; next(step: Step): Expected } {
  let newest = depth
  // Newest first; what is below the page has never been seen.
  let visible = Array.from({ length: depth }, (_, place) => depth - place)
  const seen = new Set(visible.slice(0, PAGE_SIZE))
  let previousSize = seen.size
  let newestSeen = depth
  return {
    baseline: [...seen],
    next({ published, sold, boosted, isEmpty }) {
      const gone = new Set(sold.map((place) => visible[place]))
      visible = visible.filter((id) => !gone.has(id))
      for (let count = 0; count < published; count += 1) visible.unshift((newest += 1))
      const hidden = new Set(boosted.map((place) => visible[place]).filter((id) => id !== undefined && seen.has(id)))
      const page = isEmpty ? [] : visible.filter((id) => !hidden.has(id)).slice(0, PAGE_SIZE)
      const lowestKnown = page.findLastIndex((id) => seen.has(id))
      const isOverflow = previousSize > 0 && page.length > 0 && lowestKnown < 0
      const told = page.filter((id, place) => !seen.has(id) && (lowestKnown < 0 || place < lowestKnown))
      const arrived = page.filter((id) => id > newestSeen)
      for (const id of page) seen.add(id)
      previousSize = page.length
      if (page.length > 0) newestSeen = newest
      return { page, mode: isOverflow ? 'overflow' : 'normal', told, arrived, hasAnchor: lowestKnown >= 0 }
    },
  }
}
