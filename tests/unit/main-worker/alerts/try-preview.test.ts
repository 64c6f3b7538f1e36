import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '#shared/errors.ts'
import { tryPreview } from '../../../../main-worker/alerts/try-preview.ts'
import type { Context } from '../../../../main-worker/context.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'

const fleet = { now: '2026-11-22T10:00:00Z', resumedAt: null, cursor: null, pause: null, isTrial: false, workers: [] }
const contextOf = (over: Partial<typeof fleet> | { pause: object }) =>
  ({
    database: fakeDatabase({ read_fleet: () => ({ ...fleet, ...over }) as never }),
    config: { maxRetries: 3, strategy: 'random' },
    random: () => 0,
  }) as unknown as Context
const { signal } = new AbortController()
const input = { market: 'fr', searchText: 'nike' }

test('a paused fleet is asked nothing, and the reason and the end are told', async () => {
  const pause = { cause: 'owner', reason: 'holidays', since: fleet.now, until: '2026-11-23T10:00:00Z' }
  assert.deepEqual(await tryPreview(contextOf({ pause }), input, signal), {
    trouble: { kind: 'paused', until: '2026-11-23T10:00:00Z', reason: 'holidays' },
  })
})

test('when no region can ask, each says why', async () => {
  assert.deepEqual(await tryPreview(contextOf({}), input, signal), { trouble: { kind: 'nobody', workers: [] } })
})

test('what cannot be searched at all is the caller’s mistake, not a trouble', async () => {
  await assert.rejects(() => tryPreview(contextOf({}), { market: 'fr' }, signal), ProblemError)
})
