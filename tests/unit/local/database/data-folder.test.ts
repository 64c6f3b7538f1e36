import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { saveBackup } from '../../../../local/database/backups.ts'
import { lockFolder } from '../../../../local/database/folder-lock.ts'
import { createLane } from '../../../../local/database/session-lane.ts'

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-data-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('a folder in use is refused and names the process', async (t) => {
  const folder = await temporaryFolder(t)
  const lock = await lockFolder(folder)
  await assert.rejects(lockFolder(folder), new RegExp(`is in use by process ${process.pid}`))
  await lock.release()
  await (await lockFolder(folder)).release()
})

test('a lock left by a killed process is taken over', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'database.pid'), '999999999 1234\n')
  await (await lockFolder(folder)).release()
})

test('a process id that was given to another process since is no holder', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'database.pid'), `${process.pid} 1\n`)
  await (await lockFolder(folder)).release()
  assert.deepEqual(await readdir(folder), [])
})

test('the three newest backups are kept, for their owner only', async (t) => {
  const folder = join(await temporaryFolder(t), 'backups')
  const day = 86_400_000
  for (const n of [1, 2, 3, 4]) await saveBackup(folder, new Blob([`backup ${n}`]), n * day)
  const files = (await readdir(folder)).sort()
  assert.deepEqual(files, [
    '1970-01-03T00-00-00.000Z.tar.gz',
    '1970-01-04T00-00-00.000Z.tar.gz',
    '1970-01-05T00-00-00.000Z.tar.gz',
  ])
  const newest = join(folder, files[2] ?? '')
  assert.equal(await readFile(newest, 'utf8'), 'backup 4')
  assert.equal((await stat(newest)).mode & 0o777, 0o600)
})

test('the lane takes one piece of work at a time, in order, and a failure does not block it', async () => {
  const deadlines: (number | 'idle')[] = []
  const lane = createLane({
    arm: (ms) => deadlines.push(ms),
    disarm: () => deadlines.push('idle'),
    stop: async () => undefined,
  })
  const first = Promise.withResolvers<string>()
  const one = lane(1, () => first.promise)
  const two = lane(2, async () => {
    throw new Error('two failed')
  })
  const three = lane(3, async () => 'three')
  await Promise.resolve()
  first.resolve('one')
  const results = await Promise.allSettled([one, two, three])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(deadlines, [1, 'idle', 2, 'idle', 3, 'idle'])
})
