export type Session = {
  /** One statement. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** Several statements in one round trip, without parameters and without a result. */
  exec(sql: string): Promise<void>
}

/** What stands under the gateway and the migration runner: PGlite or a real PostgreSQL. */
export type Driver = {
  /** `begin` may set more than it opens (`begin; set local role …`): all of it is one round trip. */
  tx<Result>(begin: string, work: (session: Session) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** No answer from PostgreSQL itself: it could not be reached, or the connection broke. */
export class DatabaseUnreachableError extends Error {
  override name = 'DatabaseUnreachableError'
}

/** What both drivers throw for an error PostgreSQL itself reports. */
export type SqlError = Error & { code: string; detail?: string; hint?: string; position?: string }

export function isSqlError(error: unknown): error is SqlError {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string'
}

export async function inTransaction<Result>(
  session: Session,
  begin: string,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  try {
    await session.exec(begin)
    const result = await work(session)
    await session.exec('commit')
    return result
  } catch (error) {
    // A rollback fails only when the session is gone; PostgreSQL rolls back then, and the first error says why.
    await session.exec('rollback').catch(() => undefined)
    throw error
  }
}
