import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startChild } from '../../../support/database/child-process.ts'
import type { Child } from '../../../support/database/child-process.ts'
import { startRealPostgres } from '../../../support/database/real-postgres.ts'

const MAIN = fileURLToPath(new URL('../../../../local/database/main.ts', import.meta.url))
const WATCHDOG = new URL('../../../../local/database/hang-watchdog.ts', import.meta.url)
const KEY = 'a-service-role-key-that-only-tests-know'

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}

describe('the database process', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-process-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const start = async (environment: Record<string, string> = {}): Promise<Child & { url: string }> => {
    const port = await freePort()
    const child = startChild([MAIN], {
      DATABASE_DIR: join(folder, 'data'),
      DATABASE_PORT: port,
      DATABASE_SERVICE_ROLE_KEY: KEY,
      ...environment,
    })
    await child.line(/serving on/)
    return { ...child, url: `http://127.0.0.1:${port}` }
  }

  test('serves, stops on SIGTERM with code 0, and its log never holds the key', async () => {
    const child = await start()
    assert.equal((await fetch(`${child.url}/health`)).status, 200)
    const headers = { apikey: KEY, authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
    const missing = await fetch(`${child.url}/rest/v1/rpc/no_such_function`, { method: 'POST', headers, body: '{}' })
    assert.equal(missing.status, 404)
    child.kill('SIGTERM')
    assert.deepEqual(await child.ended, { code: 0, signal: null }, child.output())
    assert.ok(!child.output().includes(KEY))
    assert.deepEqual(await readdir(join(folder, 'data')), ['backups', 'pgdata'])
  })

  test('starts again after kill -9', async () => {
    const killed = await start()
    killed.kill('SIGKILL')
    await killed.ended
    const again = await start()
    again.kill('SIGTERM')
    assert.equal((await again.ended).code, 0, again.output())
  })

  test('an environment that is not complete is one error that names every problem', async () => {
    const child = startChild([MAIN], {
      DATABASE_PORT: 'x',
      DATABASE_SERVICE_ROLE_KEY: 'short',
      DATABASE_URL: 'mysql://x',
    })
    assert.equal((await child.ended).code, 1)
    for (const name of ['DATABASE_DIR', 'DATABASE_PORT', 'DATABASE_SERVICE_ROLE_KEY', 'DATABASE_URL']) {
      assert.ok(child.output().includes(name), name)
    }
    assert.equal(child.output().split('\n').length, 1)
  })

  test('DATABASE_URL takes the place of the embedded database', async (t) => {
    const server = await startRealPostgres()
    t.after(() => server.stop())
    const child = await start({ DATABASE_URL: server.url, DATABASE_DIR: join(folder, 'unused') })
    assert.equal((await fetch(`${child.url}/health`)).status, 200)
    child.kill('SIGTERM')
    assert.equal((await child.ended).code, 0, child.output())
    assert.ok(!(await readdir(folder)).includes('unused'))
  })

  test('work that outlives its deadline ends the process, even when it never yields', async (t) => {
    const script = `const { startHangWatchdog } = await import('${WATCHDOG.href}')
      const watchdog = startHangWatchdog()
      watchdog.arm(60_000); watchdog.disarm(); watchdog.arm(50)
      for (;;);`
    const file = join(folder, 'hang.mjs')
    await writeFile(file, script)
    const child = startChild([file])
    t.after(() => child.kill('SIGKILL'))
    assert.deepEqual(await child.ended, { code: null, signal: 'SIGKILL' })
    assert.match(child.output(), /the database hangs/)
  })
})
