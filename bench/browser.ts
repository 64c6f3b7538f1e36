import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestRegion } from '../tests/support/fleet/start-region.ts'
import type { Table } from '../tests/support/report/format-table.ts'

const TIMES = 5
const SAMPLE_MS = 50
const MB = 1024

/** Proportional set size of all Chromium processes, in MB: pages they share count once. */
function chromiumMb(): number {
  let kb = 0
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes('chrom')) continue
      kb += Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${entry}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // Ended while we looked.
    }
  }
  return kb / MB
}

/** Watches while `work` runs; answers its time and the highest sample. */
async function measure(work: () => Promise<unknown>): Promise<{ ms: number; peakMb: number }> {
  let peakMb = 0
  const startedAt = performance.now()
  const working = work().then(() => true)
  while (!(await Promise.race([working, sleep(SAMPLE_MS, false)]))) peakMb = Math.max(peakMb, chromiumMb())
  return { ms: performance.now() - startedAt, peakMb }
}

/** What one session costs: a plain visit (the baseline), and a real browser that passes a challenge. */
export async function* benchBrowser(): AsyncGenerator<Table> {
  await using region = await startTestRegion()
  const make = async (): Promise<void> => {
    const { status, body } = await region.execute('generate-cookies', { market: 'fr', force: true })
    if (status !== 200) throw new Error(`no session: ${JSON.stringify(body)}`)
  }
  const rows: Table['rows'] = []
  for (const [name, fault] of [
    ['plain visit', null],
    ['challenged: real browser', { mode: 'challenge' }],
  ] as const) {
    if (fault) await region.sandbox.control('POST', 'faults', fault)
    const samples: { ms: number; peakMb: number }[] = []
    for (let time = 0; time < TIMES; time += 1) samples.push(await measure(make))
    const times = samples.map(({ ms }) => ms).sort((a, b) => a - b)
    const peak = Math.max(...samples.map(({ peakMb }) => peakMb))
    rows.push([name, times[Math.floor(TIMES / 2)] ?? 0, times.at(-1) ?? 0, peak])
  }
  yield {
    title: 'browser: one session',
    n: `N=${TIMES}`,
    columns: ['way', 'p50 (ms)', 'worst (ms)', 'Chromium at its peak (MB, PSS)'],
    rows,
    notes: ['The sandbox’s challenge page waits 1 s by itself, as the recorded ones do.'],
  }
}
