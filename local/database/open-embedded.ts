import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '#shared/clock.ts'
import type { Logger } from '#shared/logger.ts'
import type { Driver } from './driver.ts'
import { lockFolder } from './folder-lock.ts'
import type { HangWatchdog } from './hang-watchdog.ts'
import { migrate, migrationState } from './migrate.ts'
import { openPglite } from './pglite-driver.ts'
import type { PgliteDriver } from './pglite-driver.ts'
import { backUp, maintainPglite } from './pglite-maintenance.ts'
import { prepareRoles } from './prepare-roles.ts'

type Options = { dataDir: string; migrationsDir: string; logger: Logger; watchdog?: HangWatchdog }

/** The embedded database in `dataDir` (`pgdata/`, `backups/`, `database.pid`), migrated and looked after. */
export async function openEmbedded(options: Options, opened: AsyncDisposableStack): Promise<Driver> {
  const { dataDir, migrationsDir, logger } = options
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  // PGlite makes its files readable by everyone.
  await chmod(dataDir, 0o700)
  const lock = await lockFolder(dataDir)
  opened.defer(() => lock.release())

  const backupFolder = join(dataDir, 'backups')
  const driver = await open(options, backupFolder)
  opened.defer(() => driver.close())

  const maintenance = { driver, backupFolder, clock: systemClock, logger }
  await prepareRoles(driver)
  if ((await migrationState(driver, migrationsDir)) === 'pending') {
    logger.info({ backup: await backUp(maintenance) }, 'backed up before migrating')
  }
  const applied = await migrate(driver, migrationsDir)
  if (applied.length > 0) logger.info({ applied }, 'migrated')

  opened.defer(async () => void (await backUp(maintenance)))
  const stop = new AbortController()
  const maintained = maintainPglite(maintenance, stop.signal)
  opened.defer(async () => {
    stop.abort()
    await maintained
  })
  return driver
}

async function open({ dataDir, watchdog }: Options, backupFolder: string): Promise<PgliteDriver> {
  try {
    return await openPglite({ folder: join(dataDir, 'pgdata'), ...(watchdog && { watchdog }) })
  } catch (cause) {
    const advice = `unpack the newest archive of ${backupFolder} in its place, or start with --reset`
    throw new Error(`the data in ${dataDir}/pgdata does not open: ${advice}`, { cause })
  }
}
