import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEventHub } from '../../../../main-worker/live/event-hub.ts'
import type { LiveEvent } from '#shared/database/live.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { recordingLogger } from '../../shared/recording-logger.ts'

const event = (id: string): LiveEvent => ({ id, type: 'run', at: '2026-11-22T10:00:00Z', data: {} })

/** What somebody hears, and how long the hub waits after each of these looks. */
async function listen(looks: (LiveEvent[] | Error)[]) {
  const stop = new AbortController()
  const { logger, entries } = recordingLogger()
  const heard: string[] = []
  const waits: number[] = []
  const database = fakeDatabase({
    read_events: () => {
      const look = looks[waits.length] ?? []
      return look instanceof Error ? Promise.reject(look) : look
    },
  })
  await new Promise<void>((resolve) => {
    const pauseFor = (ms: number): Promise<void> => {
      waits.push(ms)
      if (waits.length === looks.length) {
        stop.abort()
        resolve()
      }
      return Promise.resolve()
    }
    createEventHub(database, logger, stop.signal, pauseFor).subscribe((events) =>
      heard.push(...events.map(({ id }) => id)),
    )
  })
  return { heard, waits, entries }
}

test('what is new is heard once; what was there before somebody listened is not', async () => {
  const { heard, waits } = await listen([[event('a')], [event('a'), event('b')], [event('b')]])
  assert.deepEqual(heard, ['b'])
  assert.deepEqual(waits, [400, 400, 400])
})

test('a database that is away is asked every five seconds, and what it missed is heard when it is back', async () => {
  const { heard, waits, entries } = await listen([
    [event('a')],
    new Error('gone'),
    new Error('gone'),
    [event('a'), event('b')],
  ])
  assert.deepEqual(waits, [400, 5_000, 5_000, 400])
  assert.deepEqual(heard, ['b'])
  assert.equal(entries.length, 2)
})
