import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handOver } from '../../../../main-worker/schedule/run-schedule.ts'
import { makeAlert } from '../../shared/make-alert.ts'

test('asked again elsewhere, an alert counts there, and still for a worker whose request for it failed', () => {
  const alert = makeAlert()
  const workerOf = (id: string, error: string | null = null) => ({
    id,
    region: id,
    alertIds: new Set([alert.id]),
    error,
  })
  const [before, failed, now] = [workerOf('fr'), workerOf('us', 'HTTP 403'), workerOf('nl')]
  const assignments = new Map([before, failed, now].map((each) => [each.id, each]))
  handOver({ assignments }, now, { searchKey: 'a', market: 'fr', alerts: [{ alert, revision: 1 }] })
  assert.deepEqual([before.alertIds.size, failed.alertIds.size, now.alertIds.size], [0, 1, 1])
})
