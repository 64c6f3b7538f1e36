import { pause } from '#shared/repeat.ts'
import type { Random } from './random.ts'
import { busyMarkets } from './vinted/catalogue.ts'
import type { SandboxCatalogue } from './vinted/catalogue.ts'

/** Keeps publishing made-up listings, spread over the busy markets. */
export type Publisher = {
  /** Listings a minute over all markets; 0 stops. */
  setRate(perMinute: number): void
  rate(): number
  close(): Promise<void>
}

export function startPublisher(catalogue: SandboxCatalogue, random: Random, perMinute: number): Publisher {
  let current = perMinute
  let stop = new AbortController()
  let running = publish(current, stop.signal)

  async function publish(perMinute: number, signal: AbortSignal): Promise<void> {
    if (perMinute === 0) return
    while (!signal.aborted) {
      // Between half and one and a half of the mean: people do not list in step.
      await pause((60_000 / perMinute) * (0.5 + random.next()), signal)
      if (!signal.aborted) catalogue.invent(random.pick(busyMarkets))
    }
  }

  return {
    setRate(next) {
      stop.abort()
      stop = new AbortController()
      current = next
      running = publish(next, stop.signal)
    },
    rate: () => current,
    async close() {
      stop.abort()
      await running
    },
  }
}
