import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { Driver } from '../../../local/database/driver.ts'
import { createGateway } from '../../../local/database/gateway.ts'
import { createPostgresDriver } from '../../../local/database/postgres-driver.ts'
import { openRpc } from '../../../local/database/rpc.ts'
import { openDatabase } from '../../../shared/database/open-database.ts'
import type { Database } from '../../../shared/database/open-database.ts'

const silent = pino({ enabled: false })

export type OpenedDatabase = {
  driver: Driver
  /** Any SQL, as who the URL says, in a transaction of its own. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** The product's verbs, as its processes call them. What has been migrated by then is what they know. */
  openVerbs(): Promise<Database['call']>
  close(): Promise<void>
}

/** A database on a server, whatever its version: nothing is applied to it. */
export function openDatabaseAt(url: string): OpenedDatabase {
  const opened = new AsyncDisposableStack()
  const driver = createPostgresDriver(url, silent)
  opened.defer(() => driver.close())
  return {
    driver,
    query: <Row>(sql: string, params?: readonly unknown[]) =>
      driver.tx('begin', (session) => session.query<Row>(sql, params)),
    async openVerbs() {
      const serviceRoleKey = randomBytes(32).toString('hex')
      const rpc = await openRpc(driver)
      const gateway = createGateway({ serviceRoleKey, logger: silent, rpc: () => rpc })
      opened.defer(() => gateway.close())
      const database = openDatabase(await gateway.listen({ host: '127.0.0.1', port: 0 }), serviceRoleKey)
      return (name, args, signal) => database.call(name, args, signal)
    },
    close: () => opened.disposeAsync(),
  }
}
