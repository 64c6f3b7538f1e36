import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { writeShippedFlyFiles } from '../../support/deploy/shipped-fleet.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { countFinds, outboxSettled } from '../../support/parts/finds.ts'
import { publishFinds } from '../../support/parts/publish-finds.ts'
import type { Publishing } from '../../support/parts/publish-finds.ts'
import { countOverlaps, finishedRun, nextRun, readItems, readRuns } from '../../support/parts/runs.ts'
import { addAlerts } from '../../support/parts/searches.ts'
import type { Part } from '../../support/parts/start-part.ts'
import { startPartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { PartsFleet } from '../../support/parts/start-parts-fleet.ts'
import { addFifthRegion } from './add-fifth-region.ts'

const ALERTS = 12
const ROUNDS = 2
/** A cycle takes a second or two here, so that most restarts hit one. */
const CLOCK = { ALERT_CHECK_INTERVAL_MS: '1500', ALERT_CHECK_INITIAL_DELAY_MS: '0', HEALTH_CHECK_INTERVAL_MS: '500' }

let fleet: PartsFleet
let main: Part
let regions: Map<string, Part>
let publishing: Publishing
let published = 0

before(async () => {
  fleet = await startPartsFleet({ later: ['worker-de'] })
  regions = new Map(
    fleet.regions.map((part, at) => [['worker-fr', 'worker-us', 'worker-nl', 'worker-uk'][at] ?? '', part]),
  )
  await addAlerts(fleet.sql, ALERTS)
  main = await fleet.startMain(0, CLOCK)
  await eventually(async () => {
    const [row] = await fleet.sql<{ count: number }>(
      `select count(*)::int as count from public.outbox where kind = 'baseline' and state = 'sent'`,
    )
    assert.equal(row?.count, ALERTS)
  }, 60_000)
})
after(() => fleet[Symbol.asyncDispose]())
beforeEach(() => {
  publishing = publishFinds(fleet.sandbox.control, ALERTS, 100, published)
})

const stats = () => fleet.api(main, 'GET', '/api/v1/worker/main/stats')
/** What deploy.yml waits for before it goes on. */
const allHealthy = (total = regions.size) =>
  eventually(async () => {
    const { totalWorkers, unhealthyWorkers } = await stats()
    assert.deepEqual([totalWorkers, unhealthyWorkers], [total, 0])
  }, 30_000)
const restartRegion = async (id: string): Promise<void> => {
  assert.equal(await regions.get(id)?.stop(), 0, `${id} ends with code 0`)
  regions.set(id, await fleet.startRegion(id))
}
const restartMain = async (env: Record<string, string> = {}): Promise<void> => {
  assert.equal(await main.stop(), 0, 'main ends with code 0')
  main = await fleet.startMain(0, { ...CLOCK, ...env })
}
const isRunning = () =>
  eventually(async () => assert.ok((await readRuns(fleet.sql)).some(({ status }) => status === 'running')), 20_000)
/** Everything that was published meanwhile has arrived, once. */
async function nothingLostOrRepeated(): Promise<void> {
  await publishing.stop()
  published += publishing.titles.length
  const { lost, doubled } = await countFinds(fleet.sandbox.control, fleet.sql, publishing.titles)
  assert.deepEqual({ lost, doubled }, { lost: 0, doubled: 0 })
  assert.ok(publishing.titles.length > 20, `only ${publishing.titles.length} finds`)
}
/** The fly files as they are shipped, for as long as that takes. */
async function inShippedFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-fifth-'))
  try {
    writeShippedFlyFiles(folder)
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('a deployment restarts every region and main, one after the other, in the middle of cycles: nothing is lost, nothing comes twice', async (t) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const id of regions.keys()) {
      await isRunning()
      await restartRegion(id)
      await allHealthy()
    }
    await isRunning()
    await restartMain()
    await allHealthy()
  }
  await nothingLostOrRepeated()
  assert.equal(await countOverlaps(fleet.sql), 0)
  t.diagnostic(
    `${ROUNDS * (regions.size + 1)} restarts, ${published} finds, ${(await readRuns(fleet.sql)).length} cycles`,
  )
})

test('a region that is gone for a while: the others check its share, and it gets its share again', async () => {
  await isRunning()
  await regions.get('worker-us')?.stop()
  await eventually(async () => assert.equal((await stats()).unhealthyWorkers, 1))
  const { id } = await nextRun(fleet.sql, await readRuns(fleet.sql))
  assert.equal((await finishedRun(fleet.sql, id)).status, 'done')
  const meanwhile = await readItems(fleet.sql, id)
  assert.equal(meanwhile.length, ALERTS)
  assert.ok(meanwhile.every(({ worker_id }) => worker_id !== 'worker-us'))

  regions.set('worker-us', await fleet.startRegion('worker-us'))
  await allHealthy()
  await eventually(async () => {
    const [last] = (await readRuns(fleet.sql)).slice(-1)
    assert.ok((await readItems(fleet.sql, last?.id ?? '')).some(({ worker_id }) => worker_id === 'worker-us'))
  })
  await nothingLostOrRepeated()
})

test('a fifth region is one file and one line in WORKERS: deployed, then main, and it gets its share', async () => {
  const { regionEnv, workers } = await inShippedFolder(addFifthRegion)
  regions.set('worker-de', await fleet.startRegion('worker-de', regionEnv))
  const { url } = fleet.addressOf('worker-de')
  const addresses = workers.map((worker) => Object.assign(worker, { url: fleet.addressOf(worker.id).url }))
  await restartMain({ WORKERS: JSON.stringify(addresses) })
  await allHealthy(5)
  const fifth = (await stats()).workers.find((worker: { id: string }) => worker.id === 'worker-de')
  assert.deepEqual([fifth.name, fifth.region, fifth.url], ['DE', 'fra', url])
  await eventually(async () => {
    const [last] = (await readRuns(fleet.sql)).slice(-1)
    const shares = Object.groupBy(await readItems(fleet.sql, last?.id ?? ''), ({ worker_id }) => worker_id)
    assert.deepEqual(
      Object.values(shares)
        .map((items) => items?.length)
        .sort(),
      [2, 2, 2, 3, 3],
    )
  })
  await nothingLostOrRepeated()
  await outboxSettled(fleet.sql)
})
