import type { Clock } from '#shared/clock.ts'
import type { Logger } from '#shared/logger.ts'
import { pause, repeat } from '#shared/repeat.ts'
import { saveBackup } from './backups.ts'
import type { PgliteDriver } from './pglite-driver.ts'

const CHECKPOINT_EVERY_MS = 5 * 60_000
const CARE_EVERY_MS = 60 * 60_000

type Deps = { driver: PgliteDriver; backupFolder: string; clock: Clock; logger: Logger }

/** PGlite does not fsync: a checkpoint makes the folder whole, and a backup is what is left after a power cut. */
export async function backUp({ driver, backupFolder, clock }: Deps): Promise<string> {
  await driver.checkpoint()
  return saveBackup(backupFolder, await driver.dump('gzip'), clock.now())
}

/** What a PostgreSQL server does on its own and PGlite does not. Ends when the signal aborts. */
export async function maintainPglite(deps: Deps, signal: AbortSignal): Promise<void> {
  const { driver } = deps
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (err) {
      // The next round tries again; calls go on meanwhile.
      deps.logger.error({ err }, `${what} failed`)
    }
  }
  const care = async (): Promise<void> => {
    await attempt('vacuum', () => driver.vacuum())
    await attempt('backup', () => backUp(deps))
  }
  await Promise.all([
    repeat(CHECKPOINT_EVERY_MS, () => attempt('checkpoint', () => driver.checkpoint()), signal),
    pause(CARE_EVERY_MS, signal).then(() => repeat(CARE_EVERY_MS, care, signal)),
  ])
}
