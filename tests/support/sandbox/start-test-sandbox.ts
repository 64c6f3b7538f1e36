import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProxyAgent, request } from 'undici'
import { ensureCertificate } from '../../../local/sandbox/certificate.ts'
import type { Certificate } from '../../../local/sandbox/certificate.ts'
import { startSandbox } from '../../../local/sandbox/start-sandbox.ts'
import type { Sandbox, SandboxOptions } from '../../../local/sandbox/start-sandbox.ts'
import { createLogger } from '../../../shared/logger.ts'

export const BROWSER =
  'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

export type SiteAnswer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  json(): unknown
}

export type TestSandbox = Sandbox & {
  certificate: Certificate
  /** The certificate in PEM, for a client's `ca`. */
  ca: string
  /** A control call, `control('POST', 'faults', {mode: 'forbidden'})`; throws unless it is answered with 200. */
  control<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>
  /** One request to the made-up site through a door, with a browser's User-Agent unless told otherwise. */
  visit(egress: string, url: string, options?: VisitOptions): Promise<SiteAnswer>
}

export type VisitOptions = { method?: 'GET' | 'HEAD' | 'POST'; headers?: Record<string, string>; signal?: AbortSignal }

/** A sandbox on free ports that publishes nothing by itself, with one door per egress; `close` leaves nothing behind. */
export async function startTestSandbox(
  egresses: readonly string[] = ['worker-fr', 'worker-us'],
  options: Partial<SandboxOptions> = {},
): Promise<TestSandbox> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-sandbox-'))
  const certificate = await ensureCertificate(dir)
  const ca = await readFile(certificate.certFile, 'utf8')
  const removeFiles = (): Promise<void> => rm(dir, { recursive: true })
  const logger = createLogger({})
  logger.level = 'error'
  const doors = egresses.map((egress) => ({ egress, port: 0 }))
  const sandbox = await startSandbox({
    port: 0,
    egresses: doors,
    certificate,
    publishPerMinute: 0,
    logger,
    ...options,
  }).catch(async (error: unknown) => {
    await removeFiles()
    throw error
  })
  const agents = new Map(
    sandbox.doors.map(({ egress, url }) => [egress, new ProxyAgent({ uri: url, requestTls: { ca }, connections: 4 })]),
  )

  return {
    ...sandbox,
    certificate,
    ca,
    async control<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
      const response = await fetch(`${sandbox.url}/control/${path}`, init)
      const text = await response.text()
      if (!response.ok) throw new Error(`control ${method} ${path}: ${response.status} ${text}`)
      return JSON.parse(text) as T
    },
    async visit(egress, url, { method = 'GET', headers = {}, signal } = {}) {
      const dispatcher = agents.get(egress)
      if (!dispatcher) throw new Error(`no door for ${egress}`)
      const {
        statusCode,
        headers: got,
        body,
      } = await request(url, {
        method,
        dispatcher,
        headers: { 'user-agent': BROWSER, ...headers },
        ...(signal ? { signal } : {}),
      })
      const text = await body.text()
      return { status: statusCode, headers: got, text, json: () => JSON.parse(text) as unknown }
    },
    async close() {
      for (const agent of agents.values()) await agent.destroy()
      await sandbox.close()
      await removeFiles()
    },
  }
}
