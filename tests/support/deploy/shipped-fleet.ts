import assert from 'node:assert/strict'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkerAddress } from '#shared/env.ts'
import { planFly } from '../../../local/setup/fly-files.ts'

const MAIN_FILE = 'fly.main-worker.toml'

const shipped = (id: string, name: string, region: string): WorkerAddress => ({
  id,
  name,
  region,
  url: `https://vigie-${id}.fly.dev`,
})

/** The regions that Vigie is shipped with, which its documents speak of. An owner's list, WORKERS, may be another one. */
export const SHIPPED_REGIONS: WorkerAddress[] = [
  shipped('worker-fr', 'FR', 'cdg'),
  shipped('worker-us', 'US', 'iad'),
  shipped('worker-nl', 'NL', 'ams'),
  shipped('worker-uk', 'UK', 'lhr'),
]

const lines = SHIPPED_REGIONS.map(
  ({ id, name, region, url }) => `  {"id": "${id}", "name": "${name}", "region": "${region}", "url": "${url}"}`,
)

/** A region's file made into that of a shipped one; the file of that one itself stays as it is. */
function asRegion(text: string, { id, name, region }: WorkerAddress): string {
  const [, from] = /^WORKER_ID = "(.+)"$/m.exec(text) ?? []
  assert.ok(from, 'a region’s file names its WORKER_ID')
  return text
    .replaceAll(from, id)
    .replace(/^primary_region = .*$/m, `primary_region = "${region}"`)
    .replace(/^WORKER_NAME = .*$/m, `WORKER_NAME = "${name}"`)
}

/**
 * The fly files of this folder, under the names and with the regions that Vigie is shipped with: of an owner who renamed the
 * apps, or has other regions, the documents and what they are compared with are still the same.
 */
export function shippedFlyTexts(): Record<string, string> {
  const read = (file: string): string => readFileSync(file, 'utf8')
  const main = read(MAIN_FILE)
    .replace(/^PUBLIC_BASE_URL = .*$/m, 'PUBLIC_BASE_URL = "https://vigie-main.fly.dev"')
    .replace(/^WORKERS = ("""|'''|'|")[^]*?\1$/m, () => `WORKERS = """[\n${lines.join(',\n')}\n]"""`)
  const files = globSync('fly.worker-*.toml').sort()
  const regions = SHIPPED_REGIONS.map((region): [string, string] => {
    const file = `fly.${region.id}.toml`
    return [file, asRegion(read(files.includes(file) ? file : (files[0] ?? '')), region)]
  })
  return planFly({ [MAIN_FILE]: main, ...Object.fromEntries(regions) }, 'vigie').after
}

/** Gives the folder these files and no other ones. */
export function writeShippedFlyFiles(folder: string): void {
  for (const file of globSync('fly.*.toml', { cwd: folder })) rmSync(join(folder, file))
  for (const [file, text] of Object.entries(shippedFlyTexts())) writeFileSync(join(folder, file), text)
}
