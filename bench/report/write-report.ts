import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawPlot } from '../plots/draw-plot.ts'
import { plotsOf } from '../plots/plots-of.ts'
import { formatTable } from '../../tests/support/report/format-table.ts'
import type { Table } from '../../tests/support/report/format-table.ts'
import { replaceTables } from './replace-tables.ts'

const DOCUMENT = 'docs/performance.md'
const PLOTS = 'docs/plots'

/** Before a bench that takes minutes: throws when the document has no place for its tables. */
export const checkPlace = (bench: string): string => replaceTables(readFileSync(DOCUMENT, 'utf8'), bench, [])

/** Puts a bench's tables into the document, and draws what it shows of them. `about` says where and when. */
export function writeReport(bench: string, tables: readonly Table[], about: string): void {
  const parts = tables.map((table) => formatTable(table, about))
  writeFileSync(DOCUMENT, replaceTables(readFileSync(DOCUMENT, 'utf8'), bench, parts))
  mkdirSync(PLOTS, { recursive: true })
  for (const { file, plot } of tables.flatMap(plotsOf)) writeFileSync(join(PLOTS, file), drawPlot(plot))
}
