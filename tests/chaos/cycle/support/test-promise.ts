import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordRow } from '../../support/record-row.ts'
import type { ReliabilityRow } from '../../support/record-row.ts'

/** `detail` is for whoever looks into a promise that was not kept. */
export type Measured = Pick<ReliabilityRow, 'n' | 'result' | 'kept'> & { detail: unknown }

/** One fault, one row: it stands in the table whether the promise was kept, broken, or never got so far as to be measured. */
export function testPromise(about: Pick<ReliabilityRow, 'fault' | 'promise'>, measure: () => Promise<Measured>): void {
  test(`${about.fault}: ${about.promise}`, async () => {
    let measured: Measured
    try {
      measured = await measure()
    } catch (error) {
      const [reason] = String(error).split('\n')
      recordRow({ ...about, n: '-', result: `not measured: ${reason}`, kept: false })
      throw error
    }
    const { n, result, kept, detail } = measured
    recordRow({ ...about, n, result, kept })
    assert.ok(kept, `${result}\n${JSON.stringify(detail, null, 1)}`)
  })
}
