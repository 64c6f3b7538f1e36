/** Runs `work` `times` times after one that nobody counts; answers the ms of each. */
export function timeRuns(times: number, work: () => unknown): number[] {
  work()
  return Array.from({ length: times }, () => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
}
