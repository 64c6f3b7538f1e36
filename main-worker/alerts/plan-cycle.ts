import type { DueAlert } from '#shared/database/rpcs.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'

/** All due alerts of one canonical search: one request, never split. */
export type SearchGroup = { searchKey: string; market: string; alerts: DueAlert[] }

export type PlannedShare = { workerId: string; groups: SearchGroup[] }

/** Searches in the order of their oldest check (the order the alerts come in). */
export function groupDueAlerts(due: readonly DueAlert[]): SearchGroup[] {
  const groups = new Map<string, SearchGroup>()
  for (const entry of due) {
    const { key } = canonicalSearch(entry.alert)
    const group = groups.get(key)
    if (group) group.alerts.push(entry)
    else groups.set(key, { searchKey: key, market: entry.alert.market, alerts: [entry] })
  }
  return [...groups.values()]
}

/** `worker-fr` is at home in fr; a worker with another name is at home nowhere. */
export const homeMarket = (workerId: string): string | null => {
  const suffix = workerId.split('-').at(-1) ?? ''
  return findMarket(suffix)?.id ?? null
}

/**
 * Equal shares of searches: 41 over 4 workers are 11, 10, 10, 10. `workerIds` come in the order in which they take the
 * remainder. Oldest first; a worker's home market first, only what does not fit crosses. `avoid` names workers that a search
 * must not go to again: it then goes to any other, above its share if need be, or stays out of the plan.
 */
export function planCycle(
  groups: readonly SearchGroup[],
  workerIds: readonly string[],
  avoid: (searchKey: string, workerId: string) => boolean = () => false,
): PlannedShare[] {
  const base = Math.floor(groups.length / workerIds.length)
  const remainder = groups.length % workerIds.length
  const shares = workerIds.map((workerId, place) => ({
    workerId,
    home: homeMarket(workerId),
    room: base + (place < remainder ? 1 : 0),
    picked: new Set<SearchGroup>(),
  }))
  const give = (group: SearchGroup, fits: (share: (typeof shares)[number]) => boolean): boolean => {
    const allowed = shares.filter((share) => !avoid(group.searchKey, share.workerId) && fits(share))
    const [roomiest] = allowed.sort((a, b) => b.room - a.room)
    if (!roomiest) return false
    roomiest.room -= 1
    roomiest.picked.add(group)
    return true
  }
  const away = groups.filter((group) => !give(group, (share) => share.room > 0 && share.home === group.market))
  const stranded = away.filter((group) => !give(group, (share) => share.room > 0))
  for (const group of stranded) give(group, () => true)
  return shares
    .filter((share) => share.picked.size > 0)
    .map(({ workerId, picked }) => ({ workerId, groups: groups.filter((group) => picked.has(group)) }))
}
