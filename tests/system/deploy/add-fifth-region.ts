import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { readFlyFile } from '../../support/deploy/fly-file.ts'
import { readDocument } from '../../support/deploy/read-document.ts'

/** The one block of docs/operations.md that holds this. */
function blockWith(part: string): string {
  const [block, ...others] = readDocument('docs/operations.md').blocks.filter(({ text }) => text.includes(part))
  assert.ok(block && others.length === 0, `docs/operations.md: ${others.length + (block ? 1 : 0)} blocks hold ${part}`)
  return block.text
}

/** “One region more” of docs/operations.md, in a folder with the fly files: its command makes the file, its line goes into WORKERS. */
export async function addFifthRegion(folder: string) {
  await promisify(execFile)('bash', ['-ec', blockWith('> fly.worker-de.toml')], { cwd: folder })
  const line = blockWith('{"id": "worker-de"').trim()
  const main = join(folder, 'fly.main-worker.toml')
  writeFileSync(
    main,
    readFileSync(main, 'utf8').replace(/^ *\{"id": "worker-uk"/m, (uk) => `  ${line}\n${uk}`),
  )

  const { app, primary_region, env } = readFlyFile(join(folder, 'fly.worker-de.toml'))
  const { WORKER_ID = '', WORKER_NAME = '' } = env
  const workers = shippedRegions(main)
  assert.deepEqual(
    workers.find(({ id }) => id === 'worker-de'),
    { id: WORKER_ID, name: WORKER_NAME, region: primary_region, url: `https://${app}.fly.dev` },
  )
  return {
    workers,
    /** What the file says, with Fly's own variables; the pace is the test's. */
    regionEnv: { WORKER_ID, WORKER_NAME, WORKER_REGION: primary_region },
  }
}
