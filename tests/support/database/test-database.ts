import { createGateway } from '../../../local/database/gateway.ts'
import type { Driver } from '../../../local/database/driver.ts'
import { migrate } from '../../../local/database/migrate.ts'
import { openPglite } from '../../../local/database/pglite-driver.ts'
import { createPostgresDriver } from '../../../local/database/postgres-driver.ts'
import { prepareRoles } from '../../../local/database/prepare-roles.ts'
import { openRpc } from '../../../local/database/rpc.ts'
import { pino } from 'pino'
import { pgliteTemplate } from './pglite-template.ts'

export type TestDatabase = {
  /** For supabase-js: `createClient(url, key)`. */
  url: string
  key: string
  /** Any SQL, as the superuser, in a transaction of its own. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

const SERVICE_ROLE_KEY = 'a-service-role-key-that-only-tests-know'

/** A migrated database behind the real gateway: PGlite inside this process and its memory, or a PostgreSQL server. */
export async function startTestDatabase(options: {
  engine: 'pglite' | 'postgres'
  migrationsDir: string
}): Promise<TestDatabase> {
  const driver = await (options.engine === 'pglite' ? openInMemory(options.migrationsDir) : openOwnServer())
  try {
    await prepareRoles(driver)
    await migrate(driver, options.migrationsDir)
    const rpc = await openRpc(driver)
    const gateway = createGateway({
      serviceRoleKey: SERVICE_ROLE_KEY,
      logger: pino({ enabled: false }),
      rpc: () => rpc,
    })
    const url = await gateway.listen({ host: '127.0.0.1', port: 0 })
    return {
      url,
      key: SERVICE_ROLE_KEY,
      query: <Row>(sql: string, params?: readonly unknown[]) =>
        driver.tx('begin', (session) => session.query<Row>(sql, params)),
      async close() {
        await gateway.close()
        await driver.close()
      },
    }
  } catch (error) {
    await driver.close()
    throw error
  }
}

async function openInMemory(migrationsDir: string): Promise<Driver> {
  return openPglite({ template: await pgliteTemplate(migrationsDir) })
}

async function openOwnServer(): Promise<Driver> {
  const { startRealPostgres } = await import('./real-postgres.ts')
  const server = await startRealPostgres()
  const driver = createPostgresDriver(server.url, pino({ enabled: false }))
  return {
    ...driver,
    async close() {
      await driver.close()
      await server.stop()
    },
  }
}
