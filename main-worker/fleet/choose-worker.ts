import type { Strategy } from '../config.ts'

export type Candidate = { id: string; requestCount: number; successCount: number; errorCount: number }

/** `cursor` is the id chosen last (round-robin); `random` is in [0, 1). */
type Chance = { cursor: string | null; random: () => number }

const anyOf = <Item>(items: readonly Item[], random: () => number): Item | null =>
  items[Math.floor(random() * items.length)] ?? null

/** Those with the lowest number; ties stay together. */
function lowest(candidates: readonly Candidate[], numberOf: (candidate: Candidate) => number): Candidate[] {
  const least = Math.min(...candidates.map(numberOf))
  return candidates.filter((candidate) => numberOf(candidate) === least)
}

/** A worker that has done nothing yet counts as perfect, so that it gets its chance. */
const successShare = ({ successCount, errorCount }: Candidate): number =>
  successCount + errorCount === 0 ? 1 : successCount / (successCount + errorCount)

function nextAfter(candidates: readonly Candidate[], cursor: string | null): Candidate | null {
  const sorted = [...candidates].sort((a, b) => (a.id < b.id ? -1 : 1))
  return sorted.find((candidate) => cursor === null || candidate.id > cursor) ?? sorted[0] ?? null
}

/** One of the available workers, null when there is none. The caller stores the cursor of round-robin. */
export function chooseWorker<Worker extends Candidate>(
  strategy: Strategy,
  available: readonly Worker[],
  { cursor, random }: Chance,
): Worker | null {
  const choose = (): Candidate | null => {
    switch (strategy) {
      case 'random':
        return anyOf(available, random)
      case 'round-robin':
        return nextAfter(available, cursor)
      case 'least-used':
        return anyOf(
          lowest(available, (candidate) => candidate.requestCount),
          random,
        )
      case 'health-based': {
        const best = lowest(available, (candidate) => -successShare(candidate))
        return anyOf(
          lowest(best, (candidate) => candidate.requestCount),
          random,
        )
      }
      default:
        return strategy satisfies never
    }
  }
  return choose() as Worker | null
}
