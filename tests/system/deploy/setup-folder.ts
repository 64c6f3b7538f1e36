import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { eventually } from '../../support/fleet/eventually.ts'

const SETUP = resolve('local/setup.ts')

/** Answers as the real one does, where setup asks; anything else would be a surprise. */
const FLY = `#!/bin/sh
case "$*" in
  version) echo "fly v0.4.9 linux/amd64 Commit: 0" ;;
  "auth whoami") echo anna@example.org ;;
  *) echo "unexpected: $*" >&2; exit 9 ;;
esac
`
const DOCKER = `#!/bin/sh
case "$*" in
  --version) echo "Docker version 28.2.2" ;;
  "compose version") echo "docker: unknown command: docker compose" >&2; exit 1 ;;
  *) exit 9 ;;
esac
`

export const secrets = {
  SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_Zx8Kq2Lw5Vn7Rt1Yp4Md9',
  DATABASE_URL:
    'postgresql://postgres.qwertyuiopasdfghjkl:Pa55w0rdOfNobody@aws-0-eu-west-3.pooler.supabase.com:5432/postgres',
  TELEGRAM_BOT_TOKEN: '7712345678:AAHk3jLmN0pQrStUvWxYz1234567890abcd',
}
export const SUPABASE_URL = 'https://qwertyuiopasdfghjkl.supabase.co'

/** A clone's fly files in a folder of their own, and a PATH on which `fly` and `docker` are stood in for. */
export function makeSetupFolder() {
  const root = mkdtempSync(join(tmpdir(), 'vigie-setup-'))
  const bin = mkdtempSync(join(tmpdir(), 'vigie-bin-'))
  for (const file of [...globSync('fly.*.toml'), 'Dockerfile', 'compose.yaml']) cpSync(file, join(root, file))
  for (const [name, script] of Object.entries({ fly: FLY, docker: DOCKER })) {
    writeFileSync(join(bin, name), script)
    chmodSync(join(bin, name), 0o755)
  }
  const environment = (given: Record<string, string>) => ({
    PATH: `${bin}:/usr/bin:/bin`,
    LANG: 'C',
    TERM: 'xterm',
    ...given,
  })
  const start = (args: string[], given: Record<string, string> = {}) =>
    spawn(process.execPath, [SETUP, ...args], { cwd: root, env: environment(given), stdio: ['ignore', 'pipe', 'pipe'] })

  return {
    root,
    start,
    /** Runs it to its end, without a terminal. */
    async run(args: string[], given: Record<string, string> = {}) {
      const child = start(args, given)
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
      const code = await new Promise<number | null>((done) => child.on('close', done))
      return { code, output }
    },
    /** The same in a pseudo-terminal, which util-linux's `script` makes. */
    inTerminal(args: string[], given: Record<string, string> = {}) {
      const command = [process.execPath, SETUP, ...args].map((word) => `'${word}'`).join(' ')
      const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd: root, env: environment(given) })
      let output = ''
      let read = 0
      child.stdout.on('data', (chunk) => (output += String(chunk)))
      const ended = new Promise<number | null>((done) => child.on('close', done))
      return {
        output: () => output,
        ended,
        /** Waits until it asks that, then types. */
        async answer(question: string, text: string) {
          await eventually(async () => {
            const place = output.indexOf(question, read)
            if (place < 0) throw new Error(`it does not ask “${question}”: ${output.slice(-600)}`)
            read = place + question.length
          })
          child.stdin.write(text)
        },
        kill: () => child.kill('SIGKILL'),
      }
    },
    /** Everything in the folder, to compare. */
    contents: () =>
      Object.fromEntries(
        globSync(['*.toml', '.deploy/*'], { cwd: root }).map((path) => [path, readFileSync(join(root, path), 'utf8')]),
      ),
    read: (path: string) => readFileSync(join(root, path), 'utf8'),
    mode: (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8),
    has: (path: string) => existsSync(join(root, path)),
    make: (path: string) => mkdirSync(join(root, path), { mode: 0o700 }),
    [Symbol.dispose]() {
      for (const folder of [root, bin]) rmSync(folder, { recursive: true, force: true })
    },
  }
}
