import { appendFileSync } from 'node:fs'

/** How one fault was met, as docs/reliability.md shows it. `n` says how often it was made to happen. */
export type ReliabilityRow = {
  fault: string
  promise: string
  n: string
  /** What was counted: "0 lost, 7 repeated". */
  result: string
  kept: boolean
}

/** Where the rows of a run are gathered; a file that is run by itself prints its rows only. */
export const RESULTS_VARIABLE = 'CHAOS_RESULTS'

/** Call it before the assertions: a promise that was not kept stands in the table too. */
export function recordRow(row: ReliabilityRow): void {
  const file = process.env[RESULTS_VARIABLE]
  if (file === undefined) process.stdout.write(`${JSON.stringify(row)}\n`)
  else appendFileSync(file, `${JSON.stringify(row)}\n`)
}
