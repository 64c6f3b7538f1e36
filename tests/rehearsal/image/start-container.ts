import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { eventually } from '../../support/fleet/eventually.ts'
import { PATH } from './build-image.ts'
import type { Image } from './build-image.ts'
import { enterRoot } from './root.ts'
import type { Entry } from './root.ts'

export type Ended = { code: number | null; signal: NodeJS.Signals | null }
export type Container = {
  /** As this machine sees it; PID 1 inside. */
  pid(): number
  output(): string
  /** Waits for that text; fails when the process ends before. */
  says(text: string): Promise<void>
  ended: Promise<Ended>
  /** SIGTERM to PID 1, as Docker and Fly send it; answers how it ended and after how many seconds. */
  stop(): Promise<Ended & { seconds: number }>
  [Symbol.asyncDispose](): Promise<void>
}

export type ContainerOptions = Pick<Entry, 'readOnly' | 'isHarmless' | 'withoutUserNamespaces'> & {
  env?: Record<string, string>
  command?: readonly string[]
  /** Docker sets it from /etc/passwd. */
  home?: string | undefined
}

/** Starts an image as a container runtime would, on this machine's network. `scratch` takes what is written. */
export function startContainer(image: Image, scratch: string, options: ContainerOptions = {}): Container {
  const { env = {}, command = image.command, home = `/home/${image.user}`, ...rest } = options
  const entry = enterRoot({
    ...rest,
    layers: image.layers.map((layer) => layer.folder),
    scratch,
    command,
    env: { PATH, ...('home' in options && home === undefined ? {} : { HOME: home }), ...image.env, ...env },
    workdir: image.workdir,
    user: image.user,
    machineFiles: image.machineFiles,
  })
  const child = spawn(entry.file, entry.args, { env: entry.env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  let end: Ended | undefined
  const ended = once(child, 'close').then(([code, signal]) => (end = { code, signal }))
  const pid = (): number => {
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    return Number.parseInt(children, 10)
  }
  return {
    pid,
    output: () => output,
    ended,
    async says(text) {
      const look = async (): Promise<void> => {
        if (!output.includes(text) && !end) throw new Error(`${image.name} does not say "${text}":\n${output}`)
      }
      await eventually(look, 60_000)
      if (!output.includes(text)) throw new Error(`${image.name} ended without saying "${text}":\n${output}`)
    },
    async stop() {
      const startedAt = performance.now()
      process.kill(pid(), 'SIGTERM')
      return { ...(await ended), seconds: (performance.now() - startedAt) / 1_000 }
    },
    async [Symbol.asyncDispose]() {
      // With PID 1 go all processes and mounts of the namespaces.
      if (!end) process.kill(pid(), 'SIGKILL')
      await ended
    },
  }
}
