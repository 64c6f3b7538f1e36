import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type Child = {
  /** Everything it wrote so far, stdout and stderr. */
  output(): string
  /** The first line that matches; fails when the process ends before. */
  line(pattern: RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** A Node process with exactly this environment, besides PATH. */
export function startChild(args: string[], environment: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'], ...environment } })
  const lines: string[] = []
  const waiting = new Set<(line: string) => void>()
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line)
      for (const tell of waiting) tell(line)
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal })) as Child['ended']
  return {
    output: () => lines.join('\n'),
    async line(pattern) {
      const seen = lines.find((line) => pattern.test(line))
      if (seen !== undefined) return seen
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const tell = (line: string): void => {
        if (pattern.test(line)) resolve(line)
      }
      waiting.add(tell)
      void ended.then(() => reject(new Error(`ended without ${pattern}:\n${lines.join('\n')}`)))
      return promise.finally(() => waiting.delete(tell))
    },
    kill: (signal) => void child.kill(signal),
    ended,
  }
}
