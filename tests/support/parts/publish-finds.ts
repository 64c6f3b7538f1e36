import { setTimeout as sleep } from 'node:timers/promises'
import { publishFind } from './searches.ts'
import type { Control } from './searches.ts'

export type Publishing = {
  /** Everything that was published so far; no two titles are the same. */
  titles: string[]
  stop(): Promise<void>
}

/** People go on selling while things break: one listing after the other, numbered from `first`, each wanted by one of the alerts. */
export function publishFinds(control: Control, alerts: number, everyMs: number, first = 0): Publishing {
  const stopping = new AbortController()
  const titles: string[] = []
  const working = (async () => {
    while (!stopping.signal.aborted) {
      titles.push(await publishFind(control, titles.length % alerts, first + titles.length))
      await sleep(everyMs)
    }
  })()
  working.catch(() => undefined) // It is told by `stop`.
  return {
    titles,
    async stop() {
      stopping.abort()
      await working
    },
  }
}
