import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'

function describeCommit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    // Documents are not what is measured: a report that was just written changes nothing.
    const changes = git('status', '--porcelain', '--', ':/', ':(top,exclude)docs')
    return `commit ${git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : ' with changes'}`
  } catch {
    return 'no commit' // An unpacked archive.
  }
}

/** Where and when: without it a number says nothing. The load before the run says how far to trust it. */
export function describeMachine(now: Date): string {
  const cores = cpus()
  return [
    `${cores[0]?.model.trim() ?? 'unknown CPU'}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.version}`,
    describeCommit(),
    now.toISOString().slice(0, 16).replace('T', ' '),
    `load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  ].join(' · ')
}
