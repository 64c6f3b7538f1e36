import { z } from 'zod'
import { apiSecret, number, readEnvironment, secret, text, variable } from '#shared/env.ts'

const POSTGRES_URL = z.url({ protocol: /^postgres(ql)?$/, error: 'wants a postgresql URL' })

/** Every variable the gateway reads. */
export const variables = {
  DATABASE_DIR: variable(text.optional(), '.vigie/database'),
  DATABASE_HOST: variable(text.default('127.0.0.1'), '127.0.0.1'),
  DATABASE_PORT: variable(number(8085, 1, 65_535), '8085'),
  DATABASE_SERVICE_ROLE_KEY: secret(apiSecret, '32 characters or more'),
  DATABASE_URL: secret(POSTGRES_URL.optional(), 'postgresql://user:password@127.0.0.1:5432/vigie'),
}

export type DatabaseConfig = {
  /** Empty, and not used, where there is a `databaseUrl`. */
  dataDir: string
  host: string
  port: number
  serviceRoleKey: string
  databaseUrl: string | undefined
}

/** Throws one error that lists every problem. */
export function readConfig(environment: NodeJS.ProcessEnv): DatabaseConfig {
  const values = readEnvironment(variables, environment, ({ DATABASE_DIR, DATABASE_URL }) =>
    DATABASE_DIR === undefined && DATABASE_URL === undefined
      ? ['DATABASE_DIR: is not set; is required where DATABASE_URL is not set. Example: .vigie/database']
      : [],
  )
  return {
    dataDir: values.DATABASE_DIR ?? '',
    host: values.DATABASE_HOST,
    port: values.DATABASE_PORT,
    serviceRoleKey: values.DATABASE_SERVICE_ROLE_KEY,
    databaseUrl: values.DATABASE_URL,
  }
}
