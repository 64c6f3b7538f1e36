import type { Query } from './database-catalogue.ts'

type Row = Record<string, unknown>
/** Every row of every table of `public`, as JSON, and the columns of each table. */
export type Rows = Map<string, { columns: string[]; rows: Row[] }>

export async function readRows(query: Query): Promise<Rows> {
  const tables = await query<{ name: string; columns: string[] }>(
    `select table_name::text as name, array_agg(column_name::text) as columns from information_schema.columns
     where table_schema = 'public' group by table_name order by table_name`,
  )
  const all: Rows = new Map()
  for (const { name, columns } of tables) {
    const rows = await query<{ row: Row }>(`select to_jsonb(t) as row from public.${name} t`)
    all.set(name, { columns, rows: rows.map(({ row }) => row) })
  }
  return all
}

/** Tables and columns that are no more. */
export function findDropped(before: Rows, after: Rows): string[] {
  return [...before].flatMap(([table, { columns }]) => {
    const now = after.get(table)?.columns
    return now ? columns.filter((column) => !now.includes(column)).map((column) => `${table}.${column}`) : [table]
  })
}

/** Rows of then that are not there now with the same values, as far as their columns still exist; twice there is twice here. */
export function findLost(before: Rows, after: Rows): string[] {
  return [...before].flatMap(([table, { columns, rows }]) => {
    const now = after.get(table)
    if (!now) return []
    const kept = columns.filter((column) => now.columns.includes(column)).sort()
    const asText = (row: Row): string => JSON.stringify(kept.map((column) => row[column]))
    const left = now.rows.map(asText)
    return rows.flatMap((row) => {
      const place = left.indexOf(asText(row))
      if (place < 0) return [`${table}: ${JSON.stringify(row)}`]
      left.splice(place, 1)
      return []
    })
  })
}
