export type Query = <Row>(sql: string) => Promise<Row[]>

const OURS = `in ('public'::regnamespace, 'supabase_migrations'::regnamespace)`
const grants = (acl: string): string =>
  `coalesce(array_to_string(array(select unnest(${acl})::text order by 1), ' '), '')`

/** One line per thing, with all that can differ but its age: no object ids, no holes of dropped columns, no needless brackets. */
const PARTS = {
  schemas: `select nspname || ' ' || ${grants('nspacl')} from pg_namespace n where n.oid ${OURS}`,
  tables: `select c.oid::regclass || ' ' || c.relkind::text || ' rls ' || c.relrowsecurity || ' ' || ${grants('c.relacl')}
      || ' ' || coalesce(array_to_string(c.reloptions, ' '), '')
    from pg_class c where c.relkind in ('r', 'v', 'm', 'p', 'S', 'c') and c.relnamespace ${OURS}`,
  columns: `select a.attrelid::regclass || ' ' || row_number() over (partition by a.attrelid order by a.attnum) || ' '
      || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null ' else ' ' end
      || a.attidentity::text || a.attgenerated::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' '
      || ${grants('a.attacl')}
    from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'c')
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relnamespace ${OURS}`,
  constraints: `select c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid, true) from pg_constraint c
    where c.conrelid <> 0 and c.connamespace ${OURS}`,
  indexes: `select pg_get_indexdef(c.oid) from pg_class c where c.relkind = 'i' and c.relnamespace ${OURS}`,
  functions: `select pg_get_functiondef(p.oid) || ' ' || ${grants('p.proacl')} from pg_proc p
    where p.prokind = 'f' and p.pronamespace ${OURS}`,
  triggers: `select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace ${OURS}`,
  policies: `select p.polrelid::regclass || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
    where c.relnamespace ${OURS}`,
}

export type Catalogue = Record<keyof typeof PARTS, string[]>

/** All of the schema that somebody could meet, so that two databases of one server can be compared. */
export async function readCatalogue(query: Query): Promise<Catalogue> {
  const read = async ([part, sql]: [string, string]): Promise<[string, string[]]> => {
    const rows = await query<{ line: string }>(`select line from (${sql}) x (line) order by line`)
    return [part, rows.map(({ line }) => line)]
  }
  return Object.fromEntries(await Promise.all(Object.entries(PARTS).map(read))) as Catalogue
}

/** Which migrations somebody thinks were applied. How they were cut into statements is left out: the Supabase CLI cuts them. */
export const readHistory = (query: Query): Promise<{ version: string; name: string }[]> =>
  query('select version, name from supabase_migrations.schema_migrations order by version')
