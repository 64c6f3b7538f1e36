import { writeFile } from 'node:fs/promises'
import { rpcs } from '../../../shared/database/rpcs.ts'
import { startTestDatabase } from '../database/test-database.ts'
import { MIGRATIONS } from '../supabase/start-vigie-database.ts'
import type { Query } from './database-catalogue.ts'

export const RELEASE_VERBS = new URL('release-verbs.json', import.meta.url)

/** What each verb takes, as `{"list_alerts": ["person_id uuid?"]}`; `?` may be left out. */
export type Verbs = Record<string, string[]>

export async function readVerbs(query: Query): Promise<Verbs> {
  const rows = await query<{ name: string; args: string[] }>(
    `select p.proname::text as name, array(
       select p.proargnames[place] || ' ' || type::regtype
         || case when place > p.pronargs - p.pronargdefaults then '?' else '' end
       from unnest(p.proargtypes) with ordinality as a (type, place) order by place) as args
     from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1`,
  )
  return Object.fromEntries(rows.filter(({ name }) => name in rpcs).map(({ name, args }) => [name, args]))
}

/** Why a release that knows `old` could not work on a database that has `now`. */
export const findBroken = (old: Verbs, now: Verbs): string[] =>
  Object.entries(old).flatMap(([verb, args]) => judgeVerb(verb, args, now[verb]))

function judgeVerb(verb: string, args: readonly string[], taken: readonly string[] | undefined): string[] {
  if (!taken) return [`${verb} is gone`]
  const names = args.map((arg) => arg.split(' ', 1)[0])
  const refused = args.filter((arg) => !taken.includes(arg) && !taken.includes(`${arg}?`))
  const missing = taken.filter((arg) => !arg.endsWith('?') && !names.includes(arg.split(' ', 1)[0]))
  return [
    ...refused.map((arg) => `${verb} no longer takes "${arg}"`),
    ...missing.map((arg) => `${verb} wants "${arg}", which that release does not send`),
  ]
}

if (import.meta.main) {
  const database = await startTestDatabase({ engine: 'pglite', migrationsDir: MIGRATIONS })
  await writeFile(RELEASE_VERBS, `${JSON.stringify(await readVerbs(database.query), null, 2)}\n`)
  await database.close()
}
