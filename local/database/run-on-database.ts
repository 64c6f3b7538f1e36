import { createLogger } from '#shared/logger.ts'
import type { Driver } from './driver.ts'
import { createPostgresDriver } from './postgres-driver.ts'

/** A script's whole life: does its work on the DATABASE_URL of the environment; a failure is said with its reason and exits 1. */
export async function runOnDatabase(name: string, work: (driver: Driver) => Promise<void>): Promise<void> {
  try {
    const databaseUrl = process.env['DATABASE_URL']
    if (!databaseUrl) throw new Error('DATABASE_URL is missing: postgresql://user:password@host:5432/database')
    const driver = createPostgresDriver(databaseUrl, createLogger({ name }))
    try {
      await work(driver)
    } finally {
      await driver.close()
    }
  } catch (error) {
    console.error(reasonOf(error))
    process.exitCode = 1
  }
}

/** "The database does not answer" alone sends nobody to the password, the host name or the certificate. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Several addresses that were all refused have no message of their own.
  const message = error.message || (error instanceof AggregateError ? reasonOf(error.errors[0]) : error.name)
  return error.cause === undefined || message.includes(reasonOf(error.cause))
    ? message
    : `${message}: ${reasonOf(error.cause)}`
}
