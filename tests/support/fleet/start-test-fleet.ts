import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pgliteTemplate } from '../database/pglite-template.ts'
import { compileCache } from './compile-cache.ts'
import { eventually } from './eventually.ts'
import { freePorts } from './free-ports.ts'
import type { Json } from '../json.ts'

type Local = {
  mode: string
  apiKey: string
  main: { url: string; pid: number }
  workers: { id: string; region: string; url: string; pid: number; egress: string }[]
  database: { url: string; key: string; pid: number }
  sandbox: { url: string; pid: number }
}

export type Answer = { status: number; headers: Headers; body: Json }
export type SentMessage = {
  chat: string
  method: string
  text?: string
  caption?: string
  photo?: string
  buttons: { text: string; url?: string }[]
}

/** initdb costs 3-10 s and the migrations 2: most tests start from a database folder that has them, and nothing else. */
async function prepareDatabase(folder: string): Promise<void> {
  symlinkSync(compileCache(), join(folder, 'compile-cache'))
  const pgdata = join(folder, 'database', 'pgdata')
  mkdirSync(pgdata, { recursive: true, mode: 0o700 })
  execFileSync('tar', ['-x', '-C', pgdata], {
    input: Buffer.from(await (await pgliteTemplate('supabase/migrations')).arrayBuffer()),
  })
}

type FleetOptions = { env?: Record<string, string>; args?: string[]; keepDemoAlerts?: boolean; dataDir?: string }

export type TestFleet = Awaited<ReturnType<typeof startTestFleet>>

const QUIET = { SANDBOX_PUBLISH_PER_MINUTE: '0', ALERT_CHECK_INTERVAL_MS: 'off' }

/** What a new user starts, on ports and in a folder of its own: nothing is published and no clock runs unless told. */
export async function startTestFleet({ env = {}, args = [], keepDemoAlerts = false, dataDir }: FleetOptions = {}) {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'vigie-fleet-'))
  if (dataDir === undefined) await prepareDatabase(folder)
  const port = await freePorts(12)
  const { PATH, HOME } = process.env
  const supervisor = spawn(
    process.execPath,
    // The shipped regions, whatever an owner has; the last --workers counts.
    ['local/fleet.ts', '--sandbox', '--port', String(port), '--data', folder, '--workers', 'fr,us,nl,uk', ...args],
    { env: { PATH, HOME, ...QUIET, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output: string[] = []
  for (const stream of [supervisor.stdout, supervisor.stderr])
    createInterface({ input: stream }).on('line', (line) => output.push(line))
  await Promise.race([ready(supervisor, output), exited(supervisor, output)])

  const local = (): Local => JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8')) as Local
  const { apiKey, main, sandbox } = local()

  const send = async (
    url: string,
    method: string,
    body: unknown,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const answer = await fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : tryJson(text) }
  }
  const api = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ) => send(`${main.url}${path}`, method, body, { 'x-api-key': apiKey, ...headers }, signal)
  const control = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await send(`${sandbox.url}/control/${path}`, method, body, {})
    if (answer.status !== 200) throw new Error(`control ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  if (!keepDemoAlerts) {
    for (const { id } of (await api('GET', '/api/v1/alerts')).body.alerts) await api('DELETE', `/api/v1/alerts/${id}`)
  }

  return {
    folder,
    output,
    supervisor,
    local,
    api,
    control,
    /** A request to any process of the fleet, without a key unless given. */
    send,
    async createAlert(alert: Record<string, unknown>): Promise<string> {
      const answer = await api('POST', '/api/v1/alerts', alert)
      if (answer.status !== 201) throw new Error(`the alert was refused: ${JSON.stringify(answer.body)}`)
      return answer.body.id as string
    },
    runOnce: async () => (await api('POST', '/api/v1/alerts/run-once')).body,
    messages: async (chat?: string): Promise<SentMessage[]> => control('GET', `messages${chat ? `?chat=${chat}` : ''}`),
    /** Every line the processes have logged so far, as objects. */
    logs: (name?: string): { msg: string; event?: string; level: number }[] =>
      readdirSync(join(folder, 'logs'))
        .filter((file) => name === undefined || file === `${name}.log`)
        .flatMap((file) => readFileSync(join(folder, 'logs', file), 'utf8').split('\n'))
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : [])),
    async stop(): Promise<void> {
      if (supervisor.exitCode === null && supervisor.signalCode === null) {
        const ended = once(supervisor, 'exit')
        supervisor.kill('SIGTERM')
        await ended
      }
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true })
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await this.stop()
    },
  }
}

const tryJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text // A page, not an API answer.
  }
}

const ready = (_supervisor: ChildProcess, output: string[]): Promise<void> =>
  eventually(async () => {
    if (!output.some((line) => line.startsWith('ready http')))
      throw new Error(`the fleet is not ready:\n${output.join('\n')}`)
  }, 120_000)

async function exited(supervisor: ChildProcess, output: string[]): Promise<never> {
  const [code] = await once(supervisor, 'exit')
  throw new Error(`the fleet ended with ${String(code)}:\n${output.join('\n')}`)
}
