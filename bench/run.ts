import { benchBrowser } from './browser.ts'
import { benchCheck } from './check.ts'
import { benchControlRoom } from './control-room.ts'
import { benchCycle } from './cycle.ts'
import { benchDatabase } from './database.ts'
import { benchGrowth } from './growth.ts'
import { benchMatching } from './matching.ts'
import { benchMemory } from './memory.ts'
import { benchModel } from './model.ts'
import { benchParse } from './parse.ts'
import { describeMachine } from '../tests/support/report/describe-machine.ts'
import { formatTable } from '../tests/support/report/format-table.ts'
import type { Table } from '../tests/support/report/format-table.ts'
import { checkPlace, writeReport } from './report/write-report.ts'
import { benchPlanning } from './planning.ts'
import { benchSimulation } from './simulation.ts'
import { benchStart } from './start.ts'
import { benchStreams } from './streams.ts'
import { benchThroughput } from './throughput.ts'

type Bench = { name: string; about: string; isDefault: boolean; run(args: string[]): AsyncGenerator<Table> }

const benches: Bench[] = [
  { name: 'planning', about: 'a minute of the continuous schedule', isDefault: true, run: benchPlanning },
  {
    name: 'simulation',
    about: 'how fresh finds are, by schedule, alerts and workers [alerts …]',
    isDefault: true,
    run: benchSimulation,
  },
  {
    name: 'model',
    about: 'how fresh, for how many alerts, with how many regions, at what cost',
    isDefault: true,
    run: benchModel,
  },
  { name: 'parse', about: 'one catalogue page', isDefault: true, run: benchParse },
  { name: 'matching', about: 'one page against many alerts of a search', isDefault: true, run: benchMatching },
  {
    name: 'start',
    about: 'npm start to ready and to the first find [times, default 3]',
    isDefault: true,
    run: benchStart,
  },
  { name: 'cycle', about: 'what a cycle costs beyond the site, 41 alerts', isDefault: true, run: benchCycle },
  {
    name: 'growth',
    about: 'the same from 41 to 10,000 alerts [1000: as many different searches too]',
    isDefault: true,
    run: benchGrowth,
  },
  {
    name: 'throughput',
    about: 'alerts a second without a pace, CPU and memory of each process [--upstream URL]',
    isDefault: true,
    run: benchThroughput,
  },
  { name: 'streams', about: 'main with 400 open streams of regions', isDefault: true, run: benchStreams },
  { name: 'database', about: 'what 1,000 results cost on PGlite and PostgreSQL', isDefault: true, run: benchDatabase },
  { name: 'browser', about: 'one session by a real browser', isDefault: true, run: benchBrowser },
  {
    name: 'room',
    about: 'the page: speed, size, memory of open pages, delivery to eye',
    isDefault: true,
    run: benchControlRoom,
  },
  { name: 'check', about: 'the parts of npm run check', isDefault: true, run: benchCheck },
  { name: 'memory', about: 'resident memory after [minutes, default 10]', isDefault: false, run: benchMemory },
]

const WRITE = '--write'
const words = process.argv.slice(2)
const isWritten = words.includes(WRITE)
const [name, ...args] = words.filter((word) => word !== WRITE)
const chosen = benches.filter((bench) => (name === undefined ? bench.isDefault : bench.name === name))
if (chosen.length === 0) {
  const lines = benches.map((bench) => `  ${bench.name.padEnd(10)} ${bench.about}`)
  process.stderr.write(
    `npm run bench [-- NAME [arguments] [${WRITE}: into docs/performance.md too]]\n${lines.join('\n')}\n`,
  )
  process.exit(1)
}
if (isWritten) for (const bench of chosen) checkPlace(bench.name)
for (const bench of chosen) {
  const about = describeMachine(new Date())
  const tables: Table[] = []
  for await (const table of bench.run(args)) {
    process.stdout.write(`${formatTable(table, about)}\n`)
    tables.push(table)
  }
  if (isWritten) writeReport(bench.name, tables, about)
}
