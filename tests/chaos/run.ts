import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { describeMachine } from '../support/report/describe-machine.ts'
import { formatTable } from '../support/report/format-table.ts'
import { RESULTS_VARIABLE } from './support/record-row.ts'
import type { ReliabilityRow } from './support/record-row.ts'

const DOCUMENT = 'docs/reliability.md'
const START = '<!-- written by npm run test:chaos -->'
const LONGEST_MS = { daily: 9 * 60_000, nightly: 6 * 60 * 60_000 }

const words = process.argv.slice(2)
const isNightly = words.includes('--nightly')
const only = words.filter((word) => !word.startsWith('--'))
const files = globSync('tests/chaos/**/*.test.ts')
  .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
  .sort()
  // The simulated day takes longest: begun first, nothing waits for it at the end.
  .reverse()
if (files.length === 0) throw new Error(`no test file under tests/chaos matches ${only.join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'vigie-chaos-'))
const results = join(folder, 'rows.jsonl')
writeFileSync(results, '')
process.env[RESULTS_VARIABLE] = results
if (isNightly) process.env['CHAOS_SIZE'] = 'nightly'
const about = describeMachine(new Date())
const startedAt = performance.now()

const stream = run({
  files,
  isolation: 'process',
  concurrency: 2,
  timeout: LONGEST_MS[isNightly ? 'nightly' : 'daily'],
})
stream.on('test:fail', () => {
  process.exitCode = 1
})
const report = stream.compose(spec)
report.pipe(process.stdout)
report.on('end', writeTable)

function writeTable(): void {
  const rows = readFileSync(results, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReliabilityRow)
    .sort((a, b) => (a.fault < b.fault ? -1 : 1))
  rmSync(folder, { recursive: true, force: true })
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
  const table = formatTable(
    {
      title: isNightly ? 'Nightly size' : 'Daily size',
      n: `${rows.length} promises, ${minutes} min`,
      columns: ['fault', 'promise', 'N', 'result', 'kept'],
      rows: rows.map(({ fault, promise, n, result, kept }) => [fault, promise, n, result, kept ? 'yes' : '**NO**']),
    },
    about,
  )
  process.stdout.write(`\n${table}\n`)
  // A part of the suite is no report.
  if (only.length === 0) writeDocument(table)
}

/** Each size has its own table; the other one stays as it was measured. */
function writeDocument(table: string): void {
  const [words = '', measured = ''] = readFileSync(DOCUMENT, 'utf8').split(START)
  const heading = table.split('\n', 1)[0] ?? ''
  const others = measured
    .split(/^(?=### )/m)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith(heading))
  const tables = [table.trim(), ...others].sort()
  writeFileSync(DOCUMENT, `${words}${START}\n\n${tables.join('\n\n')}\n`)
}
