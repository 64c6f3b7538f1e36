import { finding } from './finding.ts'
import type { Finding } from './finding.ts'
import type { VariableName } from './variables.ts'
import { variables } from './variables.ts'

/**
 * Three programs read these files (flyctl, docker compose, Node), each with rules of its own for quotes, `#`, `$` and `\`. What
 * holds none of them means the same to all.
 */
const PLAIN = /^[\w+/=:@.~%?&,!*()[\]-]+$/

/** A stranger's eyes may see it: an address without a password in it. Anything else is counted only. */
const isShowable = (name: VariableName, value: string): boolean =>
  !variables[name].isSecret && /^(https?:\/\/[a-z0-9.:/_-]{1,100}|-?\d{1,20})$/i.test(value) && !/eyJ|sb_/.test(value)

const gotOf = (name: VariableName, value: string): { got: string } | { characters: number } =>
  isShowable(name, value) ? { got: value } : { characters: value.length }

const hostOf = (value: string): string | null => URL.parse(value)?.hostname ?? null

/** An address of a site and nothing more: no path, user or query. */
const isOrigin = (value: string): boolean => {
  const url = URL.parse(value)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.origin === value
}

function checkSupabaseUrl(value: string): Finding | null {
  if (isOrigin(value)) return null
  const about = 'SUPABASE_URL'
  const project = /^https:\/\/(?:app\.)?supabase\.com\/dashboard\/project\/([a-z0-9]{15,30})(?:[/?#]|$)/.exec(
    value,
  )?.[1]
  return project === undefined
    ? finding('broken', about, 'supabaseUrlWrong', gotOf(about, value))
    : finding('broken', about, 'supabaseUrlDashboard', { wants: `https://${project}.supabase.co` })
}

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

const SUPABASE_HOST = /\.(pooler\.supabase\.com|supabase\.co)$/

function checkDatabaseUrl(value: string): Finding | null {
  const about = 'DATABASE_URL'
  // As the dashboard shows it: …:[YOUR-PASSWORD]@….
  if (/\[[A-Za-z_ -]+\]/.test(value)) return finding('broken', about, 'databaseUrlPlaceholder')
  const url = URL.parse(value)
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname || !url.username || !url.password)
    return finding('broken', about, 'databaseUrlWrong', gotOf(about, value))
  return url.port === '6543' && SUPABASE_HOST.test(url.hostname)
    ? finding('broken', about, 'databaseUrlTransaction', { host: url.hostname })
    : null
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
  return problem ?? (PLAIN.test(value) ? null : finding('broken', name, 'charactersWrong', gotOf(name, value)))
}

/** A slash at its end comes with copying an address. */
export const tidyValue = (name: VariableName, value: string): string =>
  name.endsWith('_URL') && name !== 'DATABASE_URL' ? value.trim().replace(/\/+$/, '') : value.trim()

const projectOfUrl = (url: string): string | null =>
  /^([a-z0-9]{15,30})\.supabase\.co$/.exec(hostOf(url) ?? '')?.[1] ?? null

function projectOfDatabase(value: string): string | null {
  const url = URL.parse(value)
  const byUser = /^[\w]+\.([a-z0-9]{15,30})$/.exec(decodeURIComponent(url?.username ?? ''))?.[1]
  return byUser ?? /^db\.([a-z0-9]{15,30})\.supabase\.co$/.exec(url?.hostname ?? '')?.[1] ?? null
}

/** What lies between values that are right by themselves. */
export function compareValues(values: Partial<Record<VariableName, string>>): Finding[] {
  const { SUPABASE_URL: url, DATABASE_URL: database, SUPABASE_SERVICE_ROLE_KEY: key } = values
  const found: Finding[] = []
  const project = url === undefined ? null : projectOfUrl(url)
  const others = {
    DATABASE_URL: database === undefined ? null : projectOfDatabase(database),
    SUPABASE_SERVICE_ROLE_KEY: key === undefined ? null : (readToken(key)?.ref ?? null),
  }
  for (const [about, other] of Object.entries(others))
    if (project !== null && other !== null && other !== project)
      found.push(finding('broken', about, 'otherProject', { project }))
  if (database !== undefined && /^db\..*\.supabase\.co$/.test(hostOf(database) ?? ''))
    found.push(finding('look', 'DATABASE_URL', 'databaseUrlDirect'))
  if (values.TELEGRAM_CHAT_ID !== undefined && values.TELEGRAM_BOT_TOKEN === undefined)
    found.push(finding('look', 'TELEGRAM_CHAT_ID', 'chatWithoutToken'))
  return found
}
