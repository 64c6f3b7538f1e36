import { readFileSync } from 'node:fs'
import { workers } from '#shared/env.ts'
import type { WorkerAddress } from '#shared/env.ts'
import { MAIN_FILE, readFlyApp } from './fly-apps.ts'

/** A regional worker and where it stands. */
export type Region = Omit<WorkerAddress, 'url'>

/** The regions that WORKERS in the text of fly.main-worker.toml lists. Throws naming the file when it cannot be read as such. */
export function readRegions(text: string, file: string): WorkerAddress[] {
  const list = workers.safeParse(readFlyApp(text, file).env['WORKERS'])
  if (list.success) return list.data
  throw new Error(`${file}: WORKERS ${list.error.issues.map(({ message }) => message).join(', ')}`)
}

/** The regions, from the one place that lists them: WORKERS in fly.main-worker.toml. */
export const shippedRegions = (file: string | URL = new URL(`../${MAIN_FILE}`, import.meta.url)): WorkerAddress[] =>
  readRegions(readFileSync(file, 'utf8'), String(file))
