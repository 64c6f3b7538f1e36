import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../../shared/database/open-database.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { startTestSandbox } from '../../support/sandbox/start-test-sandbox.ts'
import { checkOf } from '../../support/supabase/checks.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import { createWitness } from './support/witness.ts'

const STOPS = timesOf(2, 20)
const CHATS = 40
const FINDS_PER_STOP = 120
const STOPPED_WITHIN_MS = 20_000
const ARRIVED_WITHIN_MS = 2 * 60_000

type Ending = { code: number | null; ms: number; left: number }

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** What the terminal's Ctrl-C or a system's shutdown does to `npm start`. */
async function stopAll({ supervisor, local }: TestFleet, name: NodeJS.Signals): Promise<Ending> {
  const { main, workers, database, sandbox } = local()
  const startedAt = performance.now()
  const ended = once(supervisor, 'exit')
  supervisor.kill(name)
  await ended
  const pids = [main, database, sandbox, ...workers].map(({ pid }) => pid)
  return { code: supervisor.exitCode, ms: performance.now() - startedAt, left: pids.filter(isAlive).length }
}

/** Finds numbered from `from` on, spread over the chats, as one check of one search records them. */
async function recordFinds({ local }: TestFleet, alertIds: string[], from: number): Promise<void> {
  const { url, key } = local().database
  const database = openDatabase(url, key)
  const finds = Array.from({ length: FINDS_PER_STOP }, (_, place) => from + FINDS_PER_STOP - 1 - place)
  // The oldest row is known; what stands above it is new.
  const page = [...finds, from - 1]
  const alerts = alertIds.map((id, place) => ({ id, chatId: String(500 + place) }))
  const takes = ({ id }: { id: string }, item: number): boolean => alertIds[item % CHATS] === id
  await database.call('record_check', { check_result: checkOf(page, alerts, { takes }) })
}

async function addAlerts({ local }: TestFleet): Promise<string[]> {
  const { url, key } = local().database
  const database = openDatabase(url, key)
  const alerts = []
  for (let place = 0; place < CHATS; place += 1) {
    const alert = { name: `alert ${place}`, market: 'fr', searchText: 'robe', chatId: String(500 + place) }
    alerts.push(await database.call('create_alert', { id: randomUUID(), alert }))
  }
  await database.call('record_check', { check_result: checkOf([1_000_000], alerts, { takes: () => false }) })
  return alerts.map(({ id }) => id)
}

test(`${STOPS} stops of the whole fleet in mid-delivery leave no process, lose nothing and repeat nothing`, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigie-whole-fleet-'))
  // Telegram outlives the fleet, as it does.
  const telegram = await startTestSandbox()
  const witness = createWitness(telegram)
  let fleet: TestFleet | null = null
  t.after(async () => {
    await fleet?.stop()
    await telegram.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const start = (keepDemoAlerts: boolean) =>
    startTestFleet({ dataDir, keepDemoAlerts, env: { TELEGRAM_API_ROOT: telegram.url } })
  const endings: Ending[] = []
  let next = 1_000_001
  fleet = await start(false)
  const alertIds = await addAlerts(fleet)
  for (let stop = 0; stop < STOPS; stop += 1) {
    await recordFinds(fleet, alertIds, next)
    next += FINDS_PER_STOP

    // In mid-delivery: some have arrived, most have not.
    await eventually(async () => {
      await witness.look()
      assert.ok(witness.counts().size > next - 1_000_001 - FINDS_PER_STOP)
    })
    await sleep(stop * 500)
    endings.push(await stopAll(fleet, stop % 2 === 0 ? 'SIGINT' : 'SIGTERM'))
    fleet = await start(true) // Else this test's own alerts would be deleted, and their messages cancelled.
  }
  const finds = next - 1_000_001
  await eventually(async () => {
    await witness.look()
    assert.equal(witness.counts().size, finds)
  }, ARRIVED_WITHIN_MS).catch(() => undefined) // What is missing is lost, and counted as such.
  endings.push(await stopAll(fleet, 'SIGTERM'))
  await witness.look()

  const lost = finds - witness.counts().size
  const repeats = witness.repeats()
  const slowest = Math.max(...endings.map(({ ms }) => ms))
  const unclean = endings.filter(({ code, left }) => code !== 0 || left > 0)
  recordRow({
    fault: 'Ctrl-C or SIGTERM of the whole local fleet in mid-delivery',
    promise: '0 lost, 0 repeated, no process left after 20 s',
    n: `${endings.length} stops, ${finds} finds`,
    result: `${lost} lost, ${repeats} repeated, ${unclean.length} unclean, slowest ${(slowest / 1000).toFixed(1)} s`,
    kept: lost === 0 && repeats === 0 && unclean.length === 0 && slowest < STOPPED_WITHIN_MS,
  })
  assert.deepEqual({ lost, repeats, unclean }, { lost: 0, repeats: 0, unclean: [] })
  assert.ok(slowest < STOPPED_WITHIN_MS, `${slowest} ms`)
})
