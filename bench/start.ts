import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../tests/support/fleet/eventually.ts'
import { freePorts } from '../tests/support/fleet/free-ports.ts'
import { npmStart } from './fleet/npm-start.ts'
import type { StartedFleet } from './fleet/npm-start.ts'
import type { Table } from '../tests/support/report/format-table.ts'
import { median } from './report/quantile.ts'

const DEFAULT_TIMES = 3
const FIND_WITHIN_MS = 120_000

type Times = Record<string, number>

/** When the sandbox's Telegram took the first photo: finds have one, baselines and digests have none. Seconds. */
async function firstFind({ sandboxUrl, startedAt }: StartedFleet): Promise<number> {
  return eventually(async () => {
    const answer = await fetch(`${sandboxUrl}/control/messages`)
    const messages = (await answer.json()) as { time: string; caption?: string }[]
    const find = messages.find(({ caption }) => caption !== undefined)
    if (!find) throw new Error('no find was sent')
    return (Date.parse(find.time) - startedAt) / 1000
  }, FIND_WITHIN_MS)
}

async function stopAfter<Result>(fleet: StartedFleet, use: (fleet: StartedFleet) => Promise<Result>): Promise<Result> {
  try {
    return await use(fleet)
  } finally {
    await fleet.stop()
  }
}

async function startTwice(): Promise<Times> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-start-'))
  try {
    const port = await freePorts(12)
    const first = await npmStart(folder, port)
    const find = await stopAfter(first, firstFind)
    const { database, sandboxAndRegions, main } = first.parts()
    const later = await npmStart(folder, port)
    await later.stop()
    return {
      'first start: database': database,
      'then sandbox and regions': sandboxAndRegions - database,
      'then main': main - sandboxAndRegions,
      'then everybody healthy, demo alerts': first.readyS - main,
      'first start to ready': first.readyS,
      'first start to the first find in Telegram': find,
      'later start to ready': later.readyS,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const targets: Times = {
  'first start to ready': 30,
  'first start to the first find in Telegram': 50,
  'later start to ready': 8,
}

/** What a newcomer waits for. Files of node_modules may be in the page cache; the compile cache of Node is new each time. */
export async function* benchStart([times = String(DEFAULT_TIMES)]: string[]): AsyncGenerator<Table> {
  const runs: Times[] = []
  for (let time = 0; time < Number(times); time += 1) runs.push(await startTwice())
  yield {
    title: 'start: npm start in the sandbox',
    n: `N=${times}`,
    columns: ['part', 'median (s)', 'fastest', 'slowest', 'target (s)', ''],
    rows: Object.keys(runs[0] ?? {}).map((part) => {
      const values = runs.map((run) => run[part] ?? Number.NaN)
      const target = targets[part]
      const verdict = target === undefined ? '' : median(values) <= target ? 'ok' : 'MISSED'
      const limit = target === undefined ? '-' : `≤ ${target}`
      return [part, median(values), Math.min(...values), Math.max(...values), limit, verdict]
    }),
    notes: [
      'The first find waits for a listing that somebody publishes (one a second over four markets): partly chance.',
    ],
  }
}
