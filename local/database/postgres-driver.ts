import { Pool } from 'pg'
import type { PoolClient } from 'pg'
import type { Logger } from '#shared/logger.ts'
import { connectionUrl } from './connection-url.ts'
import { DatabaseUnreachableError, inTransaction, isSqlError } from './driver.ts'
import type { Driver, Session } from './driver.ts'

const MAX_CONNECTIONS = 10
const CONNECT_WITHIN_MS = 5_000

/** A real PostgreSQL through a small pool. Builds without I/O: the first transaction connects. Throws on what is no such URL. */
export function createPostgresDriver(databaseUrl: string, logger: Logger): Driver {
  const pool = new Pool({
    connectionString: connectionUrl(databaseUrl),
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    application_name: 'vigie',
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (err) => logger.warn({ err }, 'an idle database connection broke'))
  return {
    async tx(begin, work) {
      const client = await connect(pool)
      let broken: Error | undefined
      const onError = (error: Error): void => {
        broken = error
      }
      client.on('error', onError)
      try {
        return await inTransaction(sessionOf(client), begin, work)
      } catch (error) {
        if (broken && !isSqlError(error)) throw unreachable(error)
        throw error
      } finally {
        client.off('error', onError)
        client.release(broken)
      }
    },
    close: () => pool.end(),
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw unreachable(error)
  }
}

function unreachable(cause: unknown): DatabaseUnreachableError {
  return new DatabaseUnreachableError('the database does not answer', { cause })
}

function sessionOf(client: PoolClient): Session {
  return {
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      const { rows } = await client.query(sql, [...params])
      return rows as Row[]
    },
    async exec(sql) {
      await client.query(sql)
    },
  }
}
