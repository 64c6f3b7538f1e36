import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '../../../regional-worker/context.ts'
import { MAIN_SILENT_MS, reportSilentMain } from '../../../regional-worker/watch-main.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { recordingLogger } from '../shared/recording-logger.ts'

function stage(silentMs: number, isSilentForAll: boolean) {
  const database = fakeDatabase({ report_silent_main: () => isSilentForAll, tell_incidents: () => null })
  const { logger, entries: lines } = recordingLogger()
  const context = {
    database,
    logger,
    messaging: { channel: 'telegram' },
    mainSeen: { sinceMs: () => silentMs, isReported: false },
  } as unknown as Context
  return { database, lines, look: () => reportSilentMain(context) }
}

test('a main that asked for our health within ten minutes is no matter', async () => {
  const { database, look } = stage(MAIN_SILENT_MS - 1, true)
  await look()
  assert.deepEqual(database.calls, [])
})

test('after ten minutes without a health check the owner is told, and the log says it once', async () => {
  const { database, look, lines } = stage(MAIN_SILENT_MS, true)
  await look()
  await look()
  assert.deepEqual(database.argsOf('report_silent_main')[0], {
    silent_ms: MAIN_SILENT_MS,
    detail: 'no health check for 10 min',
  })
  assert.deepEqual(database.argsOf('tell_incidents')[0], { channel: 'telegram', language: 'fr' })
  assert.equal(lines.length, 1)
})

test('who is only out of sight of main says nothing: another region has seen it', async () => {
  const { database, look } = stage(MAIN_SILENT_MS * 2, false)
  await look()
  assert.deepEqual(database.argsOf('tell_incidents'), [])
})
