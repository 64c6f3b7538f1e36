import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { compileCache } from '../../tests/support/fleet/compile-cache.ts'

const READY_WITHIN_MS = 120_000

/** A process that is measured; disposing of it ends it. */
export type BenchProcess = AsyncDisposable & {
  pid: number
  /** Every line it writes from now on. */
  onLine(hear: (line: string) => void): void
  /** One question at a time to a process of the bench's own; see `answerQuestions`. */
  ask<Answer>(question: object): Promise<Answer>
}

/** Answers once the process has written a line that matches `ready`. Forked: it ends by itself should the bench be killed. */
export async function startBenchProcess(
  script: string | URL,
  env: Record<string, string | undefined>,
  ready: RegExp,
): Promise<BenchProcess> {
  const child = fork(script, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, NODE_COMPILE_CACHE: compileCache() },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const hearing: ((line: string) => void)[] = []
  const isReady = Promise.withResolvers<void>()
  const last: string[] = []
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (last.push(line) > 20) last.shift()
      if (ready.test(line)) isReady.resolve()
      for (const hear of hearing) hear(line)
    })
  const fail = (why: string): void => isReady.reject(new Error(`${String(script)} ${why}:\n${last.join('\n')}`))
  void ended.then(() => fail('ended'))
  const timer = setTimeout(() => fail('is not ready'), READY_WITHIN_MS)
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await ended
  }
  try {
    await isReady.promise
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return {
    pid: child.pid ?? 0,
    onLine: (hear) => void hearing.push(hear),
    async ask<Answer>(question: object) {
      const answered = once(child, 'message')
      child.send(question)
      const [answer] = (await Promise.race([answered, ended.then(() => [{ error: 'it ended' }])])) as [
        { error: string } | { result: Answer },
      ]
      if ('error' in answer) throw new Error(`${String(script)}: ${answer.error}`)
      return answer.result
    },
    [Symbol.asyncDispose]: stop,
  }
}

/**
 * As `npm start` does before it starts anything: a process that compiles its code itself keeps 15-25 MB of the type stripper.
 * Without an environment each one says what it misses and ends; by then all of it is loaded.
 */
export async function compileScripts(scripts: readonly string[]): Promise<void> {
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache() }
  await Promise.all(scripts.map(async (script) => once(fork(script, { env, stdio: 'ignore' }), 'exit')))
}

/** The other side of `ask`: in the process itself. */
export function answerQuestions(answer: (question: never) => unknown): void {
  process.on('message', (question) => {
    void (async () => answer(question as never))().then(
      (result: unknown) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error) }),
    )
  })
  process.once('SIGTERM', () => process.exit(0))
  process.once('disconnect', () => process.exit(0))
}
