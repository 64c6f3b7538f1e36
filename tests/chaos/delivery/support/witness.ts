import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

type AcceptedCall = { messageId: number; chat: string; time: string; text?: string; caption?: string }

/** What the users saw, from the sandbox's own record; it keeps only the newest 20,000, so look now and then. */
export type Witness = {
  look(): Promise<void>
  /** The accepted calls that name a find, oldest first. */
  calls(): { chat: string; at: number; items: number[] }[]
  /** How often each find was named. */
  counts(): Map<number, number>
  /** Calls that named a find that an earlier call had named. */
  repeats(): number
}

/** Finds are called `Robe 123` (tests/support/supabase/checks), in messages of their own and in digests. */
const NAMED = /\bRobe (\d+)\b/g

export const itemsIn = (text: string): number[] => Array.from(text.matchAll(NAMED), ([, item]) => Number(item))

export function createWitness(sandbox: TestSandbox): Witness {
  const seen = new Map<number, AcceptedCall>()
  const calls = () =>
    [...seen.values()]
      .sort((a, b) => a.messageId - b.messageId)
      .map(({ chat, time, text, caption }) => ({ chat, at: Date.parse(time), items: itemsIn(text ?? caption ?? '') }))
      .filter(({ items }) => items.length > 0)
  const counts = () => {
    const counts = new Map<number, number>()
    for (const item of calls().flatMap(({ items }) => items)) counts.set(item, (counts.get(item) ?? 0) + 1)
    return counts
  }
  return {
    async look() {
      for (const call of await sandbox.control<AcceptedCall[]>('GET', 'messages')) seen.set(call.messageId, call)
    },
    calls,
    counts,
    repeats() {
      const told = new Set<number>()
      return calls().filter(({ items }) => {
        const isRepeat = items.some((item) => told.has(item))
        for (const item of items) told.add(item)
        return isRepeat
      }).length
    },
  }
}
