import { z } from 'zod'
import { apiSecret, number, readEnvironment, secret, text, variable } from '#shared/env.ts'

const POSTGRES_URL = z.url({ protocol: /^postgres(ql)?$/, error: 'wants a postgresql URL' })

const VARIABLES = {
  DATABASE_DIR: variable(text, '.vigie/database'),
  DATABASE_PORT: variable(number(8085, 1, 65_535), '8085'),
  DATABASE_SERVICE_ROLE_KEY: secret(apiSecret, '32 characters or more'),
  DATABASE_URL: secret(POSTGRES_URL.optional(), 'postgresql://user:password@127.0.0.1:5432/vigie'),
}

export type DatabaseConfig = { dataDir: string; port: number; serviceRoleKey: string; databaseUrl: string | undefined }

/** Throws one error that lists every problem. */
export function readConfig(environment: NodeJS.ProcessEnv): DatabaseConfig {
  const values = readEnvironment(VARIABLES, environment)
  return {
    dataDir: values.DATABASE_DIR,
    port: values.DATABASE_PORT,
    serviceRoleKey: values.DATABASE_SERVICE_ROLE_KEY,
    databaseUrl: values.DATABASE_URL,
  }
}
