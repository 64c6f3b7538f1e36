import { Pool } from 'pg'

/** Any SQL, straight to PostgreSQL: what a test counts does not come through what it breaks. */
export type Sql = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>

export function openSql(url: string): { sql: Sql; close(): Promise<void> } {
  const pool = new Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => undefined) // A killed server: the next query connects anew.
  return {
    sql: async <Row>(text: string, values: readonly unknown[] = []) => {
      const { rows } = await pool.query(text, [...values])
      return rows as Row[]
    },
    close: () => pool.end(),
  }
}
