import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'

export type PlannedShare = { workerId: string; groups: SearchGroup[] }

/** `worker-fr` is at home in fr; a worker with another name is at home nowhere. */
export const homeMarket = (workerId: string): string | null => {
  const suffix = workerId.split('-').at(-1) ?? ''
  return findMarket(suffix)?.id ?? null
}

/** How many of `count` searches each gets, so that all of them end at about the same time: each goes to who would end it first. */
function roomsFor(count: number, paces: readonly number[]): number[] {
  const rooms = paces.map(() => 0)
  const endOf = (place: number): number => ((rooms[place] ?? 0) + 1) / (paces[place] ?? 1)
  for (let given = 0; given < count; given += 1) {
    const first = rooms.reduce((best, _, place) => (endOf(place) < endOf(best) ? place : best), 0)
    rooms[first] = (rooms[first] ?? 0) + 1
  }
  return rooms
}

/**
 * Shares of searches by pace; at equal paces 41 over 4 workers are 11, 10, 10, 10. `workerIds` come in the order in which they
 * take the remainder. Oldest first; a worker's home market first, only what does not fit crosses. `avoid` names workers that a
 * search must not go to again: it then goes to any other, above its share if need be, or stays out of the plan.
 */
export function planCycle(
  groups: readonly SearchGroup[],
  workerIds: readonly string[],
  avoid: (searchKey: string, workerId: string) => boolean = () => false,
  paceOf: (workerId: string) => number = () => 1,
): PlannedShare[] {
  const rooms = roomsFor(groups.length, workerIds.map(paceOf))
  const shares = workerIds.map((workerId, place) => ({
    workerId,
    home: homeMarket(workerId),
    room: rooms[place] ?? 0,
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
