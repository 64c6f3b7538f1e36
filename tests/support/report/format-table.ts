export type Cell = string | number
export type Table = { title: string; n: string; columns: string[]; rows: Cell[][]; notes?: string[] }

/** Three figures are all that a measurement on a shared machine is worth. */
const round = (value: number): string => {
  if (!Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

const text = (cell: Cell | undefined): string => {
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : round(cell)
  return cell ?? ''
}

/** Aligned for the terminal, and markdown as it stands. `about` are the lines that say where and when. */
export function formatTable({ title, n, columns, rows, notes = [] }: Table, about: string): string {
  const lines = [columns, ...rows.map((row) => columns.map((_, place) => text(row[place])))]
  const widths = columns.map((_, place) => Math.max(...lines.map((line) => (line[place] ?? '').length), 3))
  const isNumber = columns.map((_, place) => rows.every((row) => typeof row[place] === 'number' || row[place] === '-'))
  const pad = (cell: string, place: number): string =>
    isNumber[place] ? cell.padStart(widths[place] ?? 0) : cell.padEnd(widths[place] ?? 0)
  const [head = '', ...body] = lines.map((line) => `| ${line.map(pad).join(' | ')} |`)
  const rule = `| ${widths.map((width, place) => (isNumber[place] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return [
    `### ${title}`,
    '',
    `${about} · ${n}`,
    '',
    head,
    rule,
    ...body,
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
    '',
  ].join('\n')
}
