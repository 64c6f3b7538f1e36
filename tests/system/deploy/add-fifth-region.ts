import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { readFlyFile } from '../../support/deploy/fly-file.ts'

/** The step by step of docs/operations.md, in a copy: one file made from a region's, one line in WORKERS. */
export function addFifthRegion() {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-fifth-'))
  const region = readFileSync('fly.worker-uk.toml', 'utf8')
    .replaceAll('worker-uk', 'worker-de')
    .replaceAll('lhr', 'fra')
    .replaceAll('"UK"', '"DE"')
  writeFileSync(join(folder, 'fly.worker-de.toml'), region)
  const line = '  {"id": "worker-de", "name": "DE", "region": "fra", "url": "https://vigie-worker-de.fly.dev"},'
  const main = readFileSync('fly.main-worker.toml', 'utf8').replace('WORKERS = """[\n', `WORKERS = """[\n${line}\n`)
  writeFileSync(join(folder, 'fly.main-worker.toml'), main)

  const file = readFlyFile(join(folder, 'fly.worker-de.toml'))
  const workers = shippedRegions(join(folder, 'fly.main-worker.toml'))
  const fifth = workers.find(({ id }) => id === 'worker-de')
  assert.deepEqual(fifth, {
    id: file.env['WORKER_ID'],
    name: file.env['WORKER_NAME'],
    region: file.primary_region,
    url: `https://${file.app}.fly.dev`,
  })
  assert.equal(workers.length, 5)
  const { WORKER_ID = '', WORKER_NAME = '' } = file.env
  return {
    workers,
    /** What the file says, with Fly's own variables; the pace is the test's. */
    regionEnv: { WORKER_ID, WORKER_NAME, WORKER_REGION: file.primary_region },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
