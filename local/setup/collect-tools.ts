import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ToolFacts } from './judge-tools.ts'
import type { Target } from './variables.ts'

const run = promisify(execFile)
/** `fly auth whoami` asks Fly.io; what hangs must not hold setup up. */
const WITHIN_MS = 10_000
const WIDTH = 100

/** The first line that a program answers with; null when it is not there, fails or hangs. */
async function ask(program: string, ...args: string[]): Promise<string | null> {
  try {
    const { stdout } = await run(program, args, { timeout: WITHIN_MS, killSignal: 'SIGKILL' })
    return stdout.trim().split('\n')[0]?.slice(0, WIDTH) || null
  } catch {
    return null
  }
}

const nothing = Promise.resolve(null)

/** Only the tools that the target needs are started. */
export async function collectTools(target: Target): Promise<ToolFacts> {
  const onFly = (program: string, ...args: string[]) => (target === 'fly' ? ask(program, ...args) : nothing)
  const atHome = (program: string, ...args: string[]) => (target === 'home' ? ask(program, ...args) : nothing)
  const [npm, git, fly, flyctl, flyUser, gh, docker, compose, jq, curl] = await Promise.all([
    onFly('npm', '--version'),
    onFly('git', '--version'),
    onFly('fly', 'version'),
    onFly('flyctl', 'version'),
    onFly('fly', 'auth', 'whoami'),
    onFly('gh', '--version'),
    atHome('docker', '--version'),
    atHome('docker', 'compose', 'version'),
    ask('jq', '--version'),
    ask('curl', '--version'),
  ])
  return { node: process.versions.node, npm, git, fly, flyctl, flyUser, gh, docker, compose, jq, curl }
}
