import { setTimeout as sleep } from 'node:timers/promises'

/** Looks until `look` answers without throwing; its last error tells what did not come. Ends as soon as it is there. */
export async function eventually<Result>(look: () => Promise<Result>, withinMs = 20_000): Promise<Result> {
  const end = performance.now() + withinMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await sleep(100)
  }
}
