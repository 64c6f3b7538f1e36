import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createServer } from '../../../shared/http/create-server.ts'
import { createLogger } from '../../../shared/logger.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import type { Json } from '../../support/json.ts'

/** The event loop stands still for longer than is allowed. */
function standStill(): void {
  const until = performance.now() + 4_500
  while (performance.now() < until);
}

test('a process that cannot keep up says so with 503 and Retry-After, still answers its health, and recovers', async () => {
  const busy = createServer(createLogger({}, 'fatal'))
  try {
    busy.get('/api/health', () => 'alive')
    busy.get('/work', () => 'done')
    const at = await busy.listen({ port: 0, host: '127.0.0.1' })
    // Twice: the delay is a mean over a second, and the first second has quick turns in it.
    standStill()
    await nextTurn()
    standStill()
    const refused = await fetch(`${at}/work`)
    assert.equal(refused.status, 503)
    assert.equal(((await refused.json()) as Json).code, 'OVERLOADED')
    assert.equal(refused.headers.get('retry-after'), '5')
    assert.equal((await fetch(`${at}/api/health`)).status, 200)
    await eventually(async () => assert.equal((await fetch(`${at}/work`)).status, 200))
  } finally {
    await busy.close()
  }
})
