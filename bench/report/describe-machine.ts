import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()

/** Where and when: without it a number says nothing. The load before the run says how far to trust it. */
export function describeMachine(now: Date): string {
  const cores = cpus()
  const changed = git('status', '--porcelain') === '' ? '' : ' with changes'
  return [
    `${cores[0]?.model.trim() ?? 'unknown CPU'}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.version}`,
    `commit ${git('rev-parse', '--short', 'HEAD')}${changed}`,
    now.toISOString().slice(0, 16).replace('T', ' '),
    `load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  ].join(' · ')
}
