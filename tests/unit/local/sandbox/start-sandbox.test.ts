import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

test('a taken port is an error, and the doors opened before it are shut again', async (t) => {
  const first = await startTestSandbox(['worker-fr'])
  t.after(() => first.close())
  const free = await startTestSandbox(['worker-us'])
  const door = free.doors[0]?.port ?? 0
  await free.close()

  const egresses = [{ egress: 'worker-us', port: door }]
  const start = startTestSandbox([], { egresses, port: Number(new URL(first.url).port) })
  await assert.rejects(start, { code: 'EADDRINUSE' })
  const again = await startTestSandbox([], { egresses })
  await again.close()
})
