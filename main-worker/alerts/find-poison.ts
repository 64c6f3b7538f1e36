import type { Refusal } from '#shared/database/fleet.ts'

/**
 * Searches that were refused on `maxRefusals` addresses whose bans still run, each with the end of the last of those bans: they
 * wait until then, so that one search alone never bans more than `maxRefusals` addresses at a time.
 */
export function findPoison(refusals: readonly Refusal[], maxRefusals: number, now: number): Map<string, string> {
  const running = refusals.filter((refusal) => Date.parse(refusal.until) > now)
  const poison = new Map<string, string>()
  for (const key of new Set(running.flatMap(({ searchKey }) => (searchKey === null ? [] : [searchKey])))) {
    const mine = running.filter(({ searchKey }) => searchKey === key)
    const until = mine
      .map((refusal) => refusal.until)
      .sort()
      .at(-1)
    if (new Set(mine.map(({ egress }) => egress)).size >= maxRefusals && until !== undefined) poison.set(key, until)
  }
  return poison
}
