import type { Cell, Table } from '../../tests/support/report/format-table.ts'
import { LOOKS } from './looks.ts'
import type { Line } from './plot.ts'

export type Row = (column: string) => Cell

/** A row's cells by the heads of their columns. A head that is not there is an error: a drawing must not lose a line in silence. */
export const rowsOf = ({ title, columns, rows }: Table): Row[] =>
  rows.map((cells) => (column) => {
    const place = columns.indexOf(column)
    if (place < 0) throw new Error(`“${title}” has no column “${column}”, only ${columns.join(', ')}`)
    return cells[place] ?? '-'
  })

export const distinct = (rows: readonly Row[], column: string): Cell[] => [...new Set(rows.map((row) => row(column)))]

/** A cell without a number, such as `-`, is a gap. */
export const lineOf = (name: string, look: number, rows: readonly Row[], x: string, y: string): Line => ({
  name,
  look: look % LOOKS,
  isDashed: false,
  points: rows.map((row) => ({ x: Number(row(x)), y: Number(row(y)) })),
})
