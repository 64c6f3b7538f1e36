import type { Clock } from '#shared/clock.ts'
import type { Random } from '../random.ts'

/** Ids of listings: above 32 bits, unique over all markets. */
export type ListingIds = {
  /** The wanted id, or the next free one. */
  reserve(wanted: number): number
  /** For a listing that is published now. */
  next(): number
  release(id: number): void
}

const LONG_DRAFT_FROM = 5_800_000_000
const FRESH_FROM = 7_200_000_000

/**
 * Ids are given at creation: one of three listings was a draft for long and has a lower id than those before it. They
 * come from the clock, so that a restarted sandbox does not publish "new" listings under ids seen before.
 */
export function createListingIds(random: Random, clock: Clock): ListingIds {
  const used = new Set<number>()
  const reserve = (wanted: number): number => {
    let id = wanted
    while (used.has(id)) id += 1
    used.add(id)
    return id
  }
  return {
    reserve,
    next() {
      const from = random.chance(0.33) ? LONG_DRAFT_FROM : FRESH_FROM
      return reserve(from + (Math.floor(clock.now() / 10) % 1_000_000_000))
    },
    release: (id) => used.delete(id),
  }
}
