import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFleetLook } from '../../../../main-worker/metrics/look-at-fleet.ts'
import { DatabaseError } from '#shared/database/open-database.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makeSight } from './make-sight.ts'

const sight = makeSight()
const config = { meanGapMs: 18_500 }
const planned = { roundRequests: null, identities: new Map() }
const answers = {
  read_fleet_numbers: () => sight.numbers,
  list_due_alerts: () => [],
  read_cycles: () => sight.cycles,
  read_operations: () => sight.operations,
  list_incidents: () => sight.incidents,
  list_sessions: () => sight.sessions,
  read_sizes: () => sight.sizes,
}

test('everything is read once, and again after five seconds', async () => {
  const database = fakeDatabase({ read_fleet: () => sight.fleet, ...answers })
  let now = 1_000_000
  const look = createFleetLook({ database, config, planned, clock: { now: () => now } })
  const reads = () => database.argsOf('read_fleet').length
  await Promise.all([look(), look(), look()])
  now += 4_999
  const seen = await look()
  assert.deepEqual([reads(), seen?.operations, seen?.sizes], [1, sight.operations, sight.sizes])
  now += 1
  await look()
  assert.equal(reads(), 2)
  now -= 3_600_000
  await look()
  assert.equal(reads(), 3, 'a clock that was set back')
})

test('a database that fails is no sight, and is left alone for five seconds', async () => {
  let asked = 0
  const database = fakeDatabase({
    read_fleet: () => {
      asked += 1
      throw new DatabaseError('read_fleet', 'fetch failed', { httpStatus: 0 })
    },
  })
  const look = createFleetLook({ database, config, planned, clock: { now: () => 0 } })
  assert.deepEqual([await look(), await look(), asked], [null, null, 1])
})

test('a database that does not answer is given up at the deadline', async () => {
  const database = fakeDatabase({
    read_fleet: (_args, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  })
  const look = createFleetLook({ database, config, planned, clock: { now: () => 0 } }, 5)
  assert.equal(await look(), null)
})
