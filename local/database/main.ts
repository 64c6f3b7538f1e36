import { fileURLToPath } from 'node:url'
import { stopGracefully } from '#shared/lifecycle.ts'
import { createLogger } from '#shared/logger.ts'
import { readConfig } from './config.ts'
import { startHangWatchdog } from './hang-watchdog.ts'
import { startDatabase } from './start-database.ts'

const logger = createLogger({ name: 'database' })
try {
  const starting = startDatabase({
    ...readConfig(process.env),
    migrationsDir: fileURLToPath(new URL('../../supabase/migrations', import.meta.url)),
    logger,
    watchdog: startHangWatchdog(),
  })
  // Before it has started: a supervisor that is gone by then would never be noticed.
  stopGracefully(logger, async () => (await starting).close())
  logger.info(`serving on ${(await starting).url}`)
} catch (err) {
  logger.fatal({ err }, `the database did not start: ${err instanceof Error ? err.message : String(err)}`)
  process.exit(1)
}
