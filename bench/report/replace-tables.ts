/** Markdown shows neither. What stands between them is the bench's, the rest is written by hand. */
const markers = (bench: string): { start: string; end: string } => ({
  start: `<!-- npm run bench -- ${bench} --write -->`,
  end: `<!-- end of ${bench} -->`,
})

/** The document with these tables in the place of the bench's last ones. Throws where it has no place for them. */
export function replaceTables(document: string, bench: string, tables: readonly string[]): string {
  const { start, end } = markers(bench)
  const from = document.indexOf(start)
  const to = document.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`no place for the tables of ${bench}: wants the lines\n${start}\n${end}`)
  const body = tables.map((table) => `${table.trim()}\n`).join('\n')
  return `${document.slice(0, from + start.length)}\n\n${body}\n${document.slice(to)}`
}
