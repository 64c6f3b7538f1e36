import type { HangWatchdog } from './hang-watchdog.ts'

export type Lane = <Result>(deadlineMs: number, work: () => Promise<Result>) => Promise<Result>

/** PGlite has one session: one piece of work at a time, in the order asked. The deadline counts from its turn. */
export function createLane(watchdog?: HangWatchdog): Lane {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(deadlineMs: number, work: () => Promise<Result>): Promise<Result> => {
    const turn = takeTurn(last, async () => {
      watchdog?.arm(deadlineMs)
      try {
        return await work()
      } finally {
        watchdog?.disarm()
      }
    })
    last = turn
    return turn
  }
}

async function takeTurn<Result>(before: Promise<unknown>, work: () => Promise<Result>): Promise<Result> {
  await Promise.allSettled([before])
  return work()
}
