import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const pidsOf = (fleet: TestFleet): number[] => {
  const { main, workers, database, sandbox } = fleet.local()
  return [main.pid, ...workers.map((worker) => worker.pid), database.pid, sandbox.pid]
}

test('a newcomer sees a find delivered without doing anything; Ctrl-C leaves no process; data survives a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-start-'))
  try {
    const fleet = await startTestFleet({
      dataDir: folder,
      keepDemoAlerts: true,
      env: { SANDBOX_PUBLISH_PER_MINUTE: '600', ALERT_CHECK_INTERVAL_MS: '2000' },
    })
    assert.equal(fleet.output.filter((line) => line.startsWith('ready http')).length, 1)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'local.json')).mode & 0o777, 0o600)
    await eventually(async () => {
      const finds = (await fleet.messages()).filter((message) => message.caption !== undefined)
      assert.ok(finds.length > 0)
      assert.ok(
        fleet.output.some((line) => /Match for ".*": .* - \d+\.\d\d (EUR|USD|GBP) \(\d+\.\d\d with fees\)/.test(line)),
      )
      assert.ok(fleet.output.some((line) => /Cycle done in \d+\.\d\ds: 4\/4 workers ok/.test(line)))
    }, 60_000)
    const pids = pidsOf(fleet)
    assert.ok(pids.every(isAlive))
    const ended = once(fleet.supervisor, 'exit')
    fleet.supervisor.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
    assert.deepEqual(pids.filter(isAlive), [])

    const again = await startTestFleet({ dataDir: folder, keepDemoAlerts: true })
    assert.equal((await again.api('GET', '/api/v1/alerts')).body.alerts.length, 5)
    await again.stop()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a crashed process is started again and the others go on; nothing outlives a killed supervisor', async () => {
  await using fleet = await startTestFleet()
  const before = fleet.local()
  const victims = [before.workers[0]?.pid ?? 0, before.database.pid]
  for (const pid of victims) process.kill(pid, 'SIGKILL')
  await eventually(async () => {
    assert.ok(!victims.includes(fleet.local().workers[0]?.pid ?? 0))
    assert.ok(!victims.includes(fleet.local().database.pid))
    const { status, body } = await fleet.api('GET', '/api/v1/worker/main/stats')
    assert.equal(status, 200)
    assert.equal(body.totalWorkers, 4)
  }, 40_000)
  assert.equal(fleet.local().main.pid, before.main.pid)

  const pids = pidsOf(fleet)
  fleet.supervisor.kill('SIGKILL')
  await eventually(async () => assert.deepEqual(pids.filter(isAlive), []), 25_000)
})

test('wrong flags and a port in use are told in one line, and nothing is left running', async () => {
  const start = (...args: string[]) =>
    spawnSync(process.execPath, ['local/fleet.ts', ...args], { env: { PATH: process.env['PATH'] }, encoding: 'utf8' })
  assert.match(start('--port', 'eighty').stderr, /--port wants a number/)
  assert.match(start('--workers', 'fr,xx').stderr, /--workers wants market ids.*xx/)
  assert.match(start('--sandbox', '--live').stderr, /exclude each other/)

  await using fleet = await startTestFleet()
  const port = new URL(fleet.local().main.url).port
  const second = start('--port', port, '--data', join(fleet.folder, 'other'))
  assert.equal(second.status, 1)
  assert.match(second.stderr, new RegExp(`port ${port}.* in use`))
})
