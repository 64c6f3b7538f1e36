import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '#shared/errors.ts'
import { WorkerFailedError, WorkerLostError } from '#shared/fleet/regional-client.ts'
import type { Context } from '../../../main-worker/context.ts'
import { askWorker } from '../../../main-worker/fleet/ask-worker.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { recordingLogger } from '../shared/recording-logger.ts'
import { makeFleet, makeWorker } from './make-worker.ts'

const refused = () => new WorkerFailedError({ success: false, error: 'HTTP 403', code: 'BLOCKED', httpStatus: 403 })
const command = { type: 'scrape', payload: { url: 'https://www.vinted.fr/items/1' } } as const

function stage(answers: Error[]) {
  const asked: string[] = []
  const workers = ['worker-a', 'worker-b', 'worker-c', 'worker-d'].map((id) => makeWorker(id))
  const context = {
    config: { strategy: 'round-robin', maxRetries: 4, maxRefusalsPerSearch: 2, requestTimeoutMs: 1_000 },
    database: fakeDatabase({
      read_fleet: () => makeFleet(workers),
      set_round_robin_cursor: () => null,
      count_command: () => null,
    }),
    logger: recordingLogger().logger,
    random: () => 0,
    regions: {
      execute: ({ id }: { id: string }) => {
        asked.push(id)
        const answer = answers.shift()
        return answer ? Promise.reject(answer) : Promise.resolve({ success: true, data: {} })
      },
    },
  } as unknown as Context
  return { asked, ask: () => askWorker(context, command, new AbortController().signal) }
}

test('a lost worker is followed by others, as often as MAX_RETRIES says', async () => {
  const { asked, ask } = stage([1, 2, 3].map(() => new WorkerLostError('connection refused')))
  await ask()
  assert.equal(asked.length, 4)
})

test('a request that the site refuses goes to no more workers than one search may ban', async () => {
  const { asked, ask } = stage([refused(), refused(), refused()])
  await assert.rejects(ask(), (error) => error instanceof ProblemError && error.code === 'BLOCKED')
  assert.equal(asked.length, 2)
})
