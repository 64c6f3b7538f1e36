import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { ProxyAgent, request } from 'undici'
import { ensureCertificate } from '../../../../local/sandbox/certificate.ts'

const MAIN = new URL('../../../../local/sandbox/main.ts', import.meta.url).pathname
/** A modest machine runs eight processes of ours: this is the share of the sandbox. */
const MEMORY_LIMIT_KB = 150_000

const start = (environment: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })

type Line = { level: number; msg: string; url?: string; doors?: { egress: string; url: string }[] }

async function firstLine(child: ChildProcess): Promise<Line> {
  assert.ok(child.stdout)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return JSON.parse(line) as Line
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode
}

/** 0 where there is no /proc: the limit is then left to the others. */
async function residentKb(child: ChildProcess): Promise<number> {
  if (process.platform !== 'linux') return 0
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))?.[1])
}

test('the process opens its doors, stays small while it serves full pages, and stops on SIGTERM', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-sandbox-'))
  t.after(() => rm(dir, { recursive: true }))
  // As the supervisor does: it needs the certificate before the workers start.
  const certificate = await ensureCertificate(dir)
  const child = start({
    SANDBOX_PORT: '0',
    SANDBOX_DOORS: '[{"egress":"worker-fr","port":0},{"egress":"worker-us","port":0}]',
    SANDBOX_CERTIFICATE_DIR: dir,
    SANDBOX_PUBLISH_PER_MINUTE: '600',
  })
  t.after(() => child.kill('SIGKILL'))
  const { url, doors } = await firstLine(child)
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { status: 'ok' })

  const ca = await readFile(certificate.certFile, 'utf8')
  const dispatcher = new ProxyAgent({ uri: doors?.[0]?.url ?? '', requestTls: { ca }, connections: 4 })
  t.after(() => dispatcher.destroy())
  const headers = { 'user-agent': 'Mozilla/5.0 (test)' }
  const home = await request('https://www.vinted.fr/', { dispatcher, headers })
  await home.body.dump()
  const cookie = [home.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0])
  for (let page = 0; page < 100; page++) {
    const { statusCode, body } = await request('https://api.vinted.fr/svc-catalogue/items?per_page=96', {
      dispatcher,
      headers: { ...headers, cookie: cookie.join('; '), 'accept-encoding': 'gzip' },
    })
    await body.dump()
    assert.equal(statusCode, 200)
  }
  const memoryKb = await residentKb(child)
  t.diagnostic(`resident memory after 100 full pages: ${Math.round(memoryKb / 1024)} MB`)
  assert.ok(memoryKb < MEMORY_LIMIT_KB, `${memoryKb} kB`)

  child.kill('SIGTERM')
  assert.equal(await exitCode(child), 0)
})

test('a wrong environment ends the process with exit code 1 and every problem in one line', async () => {
  const child = start({ SANDBOX_PORT: 'x', SANDBOX_DOORS: '[]' })
  const { level, msg } = await firstLine(child)
  assert.equal(level, 60)
  for (const name of ['SANDBOX_PORT', 'SANDBOX_DOORS', 'SANDBOX_CERTIFICATE_DIR']) assert.match(msg, new RegExp(name))
  assert.equal(await exitCode(child), 1)
})
