import { checkDatabaseUrl, checkSupabaseUrl, compareDatabase, projectOfUrl } from './check-supabase.ts'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'
import { gotOf, isOrigin } from './value-shapes.ts'
import type { VariableName } from './variables.ts'

/**
 * Three programs read these files (flyctl, docker compose, Node), each with rules of its own for quotes, `#`, `$` and `\`. What
 * holds none of them means the same to all.
 */
const NOT_PLAIN = /[^\w+/=:@.~%?&,!*()[\]-]/u

/** What a JSON web token says about itself; nothing for a key of the new kind. */
export function readToken(key: string): { role?: unknown; ref?: unknown } | null {
  try {
    return JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString()) as { role?: unknown }
  } catch {
    return null
  }
}

function checkServiceKey(value: string): Finding | null {
  const about = 'SUPABASE_SERVICE_ROLE_KEY'
  if (value.startsWith('sb_publishable_') || readToken(value)?.role === 'anon')
    return finding('broken', about, 'serviceKeyPublic')
  return value.startsWith('sb_secret_') || readToken(value)?.role === 'service_role'
    ? null
    : finding('broken', about, 'serviceKeyWrong', gotOf(about, value))
}

const checks: Partial<Record<VariableName, (value: string) => Finding | null>> = {
  SUPABASE_URL: checkSupabaseUrl,
  SUPABASE_SERVICE_ROLE_KEY: checkServiceKey,
  DATABASE_URL: checkDatabaseUrl,
  TELEGRAM_BOT_TOKEN: (value) =>
    /^\d{5,20}:[\w-]{30,60}$/.test(value)
      ? null
      : finding('broken', 'TELEGRAM_BOT_TOKEN', 'telegramTokenWrong', gotOf('TELEGRAM_BOT_TOKEN', value)),
  TELEGRAM_CHAT_ID: (value) =>
    /^-?\d{1,20}$/.test(value)
      ? null
      : finding('broken', 'TELEGRAM_CHAT_ID', 'chatIdWrong', gotOf('TELEGRAM_CHAT_ID', value)),
  PUBLIC_BASE_URL: (value) =>
    isOrigin(value) ? null : finding('broken', 'PUBLIC_BASE_URL', 'publicUrlWrong', gotOf('PUBLIC_BASE_URL', value)),
}

/** What is wrong with a value by itself, without showing a secret; null when it has the right shape. */
export function checkValue(name: VariableName, value: string): Finding | null {
  const problem = checks[name]?.(value) ?? null
  if (problem?.state === 'broken') return problem
  const character = NOT_PLAIN.exec(value)?.[0]
  return character === undefined ? problem : finding('broken', name, 'charactersWrong', { character })
}

/** A slash at its end comes with copying an address. */
export const tidyValue = (name: VariableName, value: string): string =>
  name.endsWith('_URL') && name !== 'DATABASE_URL' ? value.trim().replace(/\/+$/, '') : value.trim()

/** What lies between values that are right by themselves. */
export function compareValues(values: Partial<Record<VariableName, string>>): Finding[] {
  const { SUPABASE_URL: url, DATABASE_URL: database, SUPABASE_SERVICE_ROLE_KEY: key } = values
  const project = url === undefined ? null : projectOfUrl(url)
  const ref = key === undefined ? null : (readToken(key)?.ref ?? null)
  return [
    ...(database === undefined ? [] : compareDatabase(project, database)),
    ...(project !== null && ref !== null && ref !== project
      ? [finding('broken', 'SUPABASE_SERVICE_ROLE_KEY', 'otherProject', { project })]
      : []),
    ...(values.TELEGRAM_CHAT_ID !== undefined && values.TELEGRAM_BOT_TOKEN === undefined
      ? [finding('look', 'TELEGRAM_CHAT_ID', 'chatWithoutToken')]
      : []),
  ]
}
