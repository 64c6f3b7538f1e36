import { isPublicAddress } from '#shared/net/public-address.ts'
import { isIP } from 'node:net'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'
import { gotOf, hostOf, isOrigin } from './value-shapes.ts'

/** A project's reference, which all of its addresses carry. */
const REF = '[a-z0-9]{15,30}'
const PROJECT_HOST = new RegExp(`^(${REF})\\.supabase\\.co$`)
const DASHBOARD = new RegExp(`^https://(?:app\\.)?supabase\\.com/dashboard/project/(${REF})(?:[/?#]|$)`)
const OTHER_ADDRESS_OF_PROJECT = new RegExp(`^(?:db\\.)?(${REF})\\.supabase\\.(?:co|com)$`)
const POOLER = /\.pooler\.supabase\.com$/

const isSupabaseDatabase = (host: string): boolean => POOLER.test(host) || host.endsWith('.supabase.co')

/** What no stranger on the way can read: this machine, a private address, a name that no public DNS knows. */
const isPrivateHost = (host: string): boolean => {
  const address = host.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0) return !isPublicAddress(address)
  return !host.includes('.') || /\.(?:local|lan|internal|home\.arpa|localhost)$/.test(host)
}

export function checkSupabaseUrl(value: string): Finding | null {
  const about = 'SUPABASE_URL'
  const dashboard = DASHBOARD.exec(value)?.[1]
  if (dashboard !== undefined)
    return finding('broken', about, 'supabaseUrlDashboard', { wants: `https://${dashboard}.supabase.co` })
  const host = isOrigin(value) ? hostOf(value) : null
  if (host === null) return finding('broken', about, 'supabaseUrlWrong', gotOf(about, value))
  const project = OTHER_ADDRESS_OF_PROJECT.exec(host)?.[1]
  if (project !== undefined) {
    const wants = `https://${project}.supabase.co`
    return value === wants ? null : finding('broken', about, 'supabaseUrlOther', { wants })
  }
  if (/(?:^|\.)supabase\.(?:co|com)$/.test(host))
    return finding('broken', about, 'supabaseUrlWrong', gotOf(about, value))
  if (value.startsWith('http:') && !isPrivateHost(host)) return finding('broken', about, 'supabaseUrlPlain')
  return finding('look', about, 'supabaseUrlForeign', { host })
}

/**
 * The first character of the password that ends it too early for one of its readers: `/ ? #` for a URL, an `@` for libpq (pg_dump),
 * which stops at the first one, and a `%` that begins no number.
 */
function unescapedInPassword(value: string): string | null {
  const [, afterUser = ''] = /^postgres(?:ql)?:\/\/[^:/@?#]*:(.*)$/.exec(value) ?? []
  const url = URL.parse(value)
  // Cut short by such a character, the rest of the password stands in the path; then it ends at the last @ of all.
  const isWhole = url !== null && url.password !== '' && !url.pathname.includes('@')
  const text = isWhole ? (afterUser.split(/[/?#]/)[0] ?? '') : afterUser
  const password = text.includes('@') ? text.slice(0, text.lastIndexOf('@')) : ''
  return /[/?#@]|%(?![0-9a-f]{2})/i.exec(password)?.[0] ?? null
}

export function checkDatabaseUrl(value: string): Finding | null {
  const about = 'DATABASE_URL'
  // As the dashboard shows it: …:[YOUR-PASSWORD]@…; or with the password typed between the brackets.
  if (/\[[A-Za-z_ -]+\]|:\[[^@]*\]@/.test(value)) return finding('broken', about, 'databaseUrlBrackets')
  const character = unescapedInPassword(value)
  if (character !== null) return finding('broken', about, 'databaseUrlPassword', { character })
  const url = URL.parse(value)
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname || !url.username || !url.password)
    return finding('broken', about, 'databaseUrlWrong', gotOf(about, value))
  const { hostname: host, port, username } = url
  if (port === '6543' && isSupabaseDatabase(host)) return finding('broken', about, 'databaseUrlTransaction', { host })
  return POOLER.test(host) && !new RegExp(`^\\w+\\.${REF}$`).test(username)
    ? finding('broken', about, 'databaseUrlPoolerUser', { host })
    : null
}

export const projectOfUrl = (url: string): string | null => PROJECT_HOST.exec(hostOf(url) ?? '')?.[1] ?? null

export function projectOfDatabase(value: string): string | null {
  const url = URL.parse(value)
  const byUser = new RegExp(`^\\w+\\.(${REF})$`).exec(url?.username ?? '')?.[1]
  return byUser ?? new RegExp(`^db\\.(${REF})\\.supabase\\.co$`).exec(url?.hostname ?? '')?.[1] ?? null
}

/** What lies between the address of a project and its database. */
export function compareDatabase(project: string | null, database: string): Finding[] {
  const about = 'DATABASE_URL'
  const host = hostOf(database) ?? ''
  const other = projectOfDatabase(database)
  return [
    ...(project !== null && !isSupabaseDatabase(host)
      ? [finding('broken', about, 'databaseElsewhere', { project })]
      : []),
    ...(project !== null && other !== null && other !== project
      ? [finding('broken', about, 'otherProject', { project })]
      : []),
    ...(/^db\..*\.supabase\.co$/.test(host) ? [finding('look', about, 'databaseUrlDirect')] : []),
  ]
}
