import { unseal } from '../../../shared/seal.ts'
import { sealRow } from '../../../shared/sessions/cookie-jar.ts'
import type { Place, Secret } from './find-secrets.ts'

export type Query = <Row>(sql: string, params?: readonly unknown[]) => Promise<Row[]>

/** Every row of every table of ours, as text. */
export async function dumpDatabase(name: string, query: Query): Promise<Place[]> {
  const tables = await query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  )
  const places: Place[] = []
  for (const table of tables) {
    const rows = await query<{ row: string }>(`select to_jsonb(t)::text as row from ${table.name} t`)
    places.push({ where: `${name}, table ${table.name}`, text: rows.map(({ row }) => row).join('\n') })
  }
  return places
}

type Jar = { cookies: { key: string; value: string }[] }

/** The values of all cookies that are in use, which only the key opens. */
export async function storedCookies(query: Query, cookieKey: string): Promise<Secret[]> {
  const rows = await query<{ market: string; worker: string | null; sealed_jar: string }>(
    'select market, worker, sealed_jar from public.scraping_cookies',
  )
  return rows.flatMap(({ market, worker, sealed_jar }) => {
    const { cookies } = JSON.parse(unseal(sealed_jar, cookieKey, sealRow(market, worker))) as Jar
    return cookies.map(({ key, value }) => ({ name: `cookie ${key} of ${market} on ${worker ?? 'any worker'}`, value }))
  })
}
