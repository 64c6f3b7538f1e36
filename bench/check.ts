import { spawnSync } from 'node:child_process'
import type { Table } from '../tests/support/report/format-table.ts'

const parts: [name: string, command: string[]][] = [
  ['types, from nothing (tsc -b --force)', ['tsc', '-b', '--force']],
  ['types, nothing changed', ['npm', 'run', '--silent', 'types']],
  ['lint (oxlint, oxfmt, knip)', ['npm', 'run', '--silent', 'lint']],
  ['unit tests', ['npm', 'run', '--silent', 'test:unit']],
]

/** How long a developer waits for `npm run check`. */
export async function* benchCheck(): AsyncGenerator<Table> {
  const rows = parts.map(([name, [command = '', ...args]]) => {
    const startedAt = performance.now()
    const { status } = spawnSync(command, args, { stdio: 'ignore' })
    return [name, (performance.now() - startedAt) / 1000, status === 0 ? 'ok' : `exit ${status}`]
  })
  yield { title: 'check: the parts of npm run check', n: 'N=1', columns: ['part', 'wall (s)', ''], rows }
}
