import type { Logger } from '#shared/logger.ts'
import type { Driver } from './driver.ts'
import { createGateway } from './gateway.ts'
import type { HangWatchdog } from './hang-watchdog.ts'
import { migrate } from './migrate.ts'
import { createPostgresDriver } from './postgres-driver.ts'
import { prepareRoles } from './prepare-roles.ts'
import { openRpc } from './rpc.ts'
import type { Rpc } from './rpc.ts'

export type DatabaseOptions = {
  /** Made 0700. Not touched with `databaseUrl`. */
  dataDir: string
  /** A PostgreSQL to use instead of the embedded one. */
  databaseUrl?: string | undefined
  /** Where others on the network may ask: a container's own address. 127.0.0.1 when missing. */
  host?: string
  /** 0 takes a free one. */
  port: number
  serviceRoleKey: string
  migrationsDir: string
  logger: Logger
  /** Ends the process when PGlite hangs. */
  watchdog?: HangWatchdog
}

export type RunningDatabase = { url: string; close(): Promise<void> }

/** Takes the port, opens the database, migrates it, then serves: `GET /health` answers 503 until then. */
export async function startDatabase(options: DatabaseOptions): Promise<RunningDatabase> {
  let rpc: Rpc | undefined
  const gateway = createGateway({ ...options, rpc: () => rpc })
  const url = await gateway.listen({ host: options.host ?? '127.0.0.1', port: options.port })
  const opened = new AsyncDisposableStack()
  const close = async (): Promise<void> => {
    await gateway.close()
    await opened.disposeAsync()
  }
  try {
    const { databaseUrl } = options
    const driver = await (databaseUrl === undefined
      ? openPackaged(options, opened)
      : openServer({ ...options, databaseUrl }, opened))
    rpc = await openRpc(driver)
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** PGlite is not in the images (27 MB): they have a PostgreSQL to reach. */
async function openPackaged(options: DatabaseOptions, opened: AsyncDisposableStack): Promise<Driver> {
  const { openEmbedded } = await import('./open-embedded.ts').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const wanted = 'set DATABASE_URL=postgresql://user:password@host:5432/database'
    throw new Error(`there is no embedded database in this installation: ${wanted}`, { cause })
  })
  return openEmbedded(options, opened)
}

async function openServer(
  { databaseUrl, migrationsDir, logger }: { databaseUrl: string; migrationsDir: string; logger: Logger },
  opened: AsyncDisposableStack,
): Promise<Driver> {
  const driver = createPostgresDriver(databaseUrl, logger)
  opened.defer(() => driver.close())
  await prepareRoles(driver)
  await migrate(driver, migrationsDir)
  return driver
}
