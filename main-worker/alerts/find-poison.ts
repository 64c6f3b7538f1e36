import type { WorkerRow } from '#shared/database/rows.ts'

/** A worker that served another search this recently is not refused as such: the search is. */
const RECENTLY_MS = 60 * 60_000

/**
 * Whether a search is the poison itself: refused on `maxRefusals` workers that each served other searches lately. `until` is
 * when the last of their bans ends. A search refused everywhere from the start is the region's trouble, not its own.
 */
export function findPoison(
  refusedBy: readonly WorkerRow[],
  maxRefusals: number,
  now: number,
): { isPoison: boolean; until: string | null } {
  const servesOthers = ({ lastGoodAt }: WorkerRow): boolean =>
    lastGoodAt !== null && now - Date.parse(lastGoodAt) < RECENTLY_MS
  const isPoison = refusedBy.length >= maxRefusals && refusedBy.every(servesOthers)
  const ends = refusedBy.flatMap(({ bannedUntil }) => (bannedUntil === null ? [] : [bannedUntil])).sort()
  return { isPoison, until: ends.at(-1) ?? new Date(now).toISOString() }
}
