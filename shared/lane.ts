/** Runs what it is given one after the other, in the order it came. */
export type Lane = <Result>(work: () => Promise<Result>) => Promise<Result>

export function createLane(): Lane {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined) // The next one does not care how this one ended; its caller does.
    return mine
  }
}
