import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import { startTestSandbox } from '../../support/sandbox/start-test-sandbox.ts'
import { openDatabase } from '../../../shared/database/open-database.ts'
import type { Image } from './build-image.ts'
import { startContainer } from './start-container.ts'
import type { Container, ContainerOptions } from './start-container.ts'

export type Kind = 'main' | 'worker' | 'worker-browser'
export type Stage = Awaited<ReturnType<typeof openStage>>

type Parts = { images: Record<Kind, Image>; newScratch: () => string; machineFiles: string }

/**
 * What stands outside of the containers: a real PostgreSQL and the sandbox. `start…` starts a container with what compose.yaml
 * or Fly would give it; `opened` closes everything.
 */
export async function openStage({ images, newScratch, machineFiles }: Parts, opened: AsyncDisposableStack) {
  const postgres = await startRealPostgres()
  opened.defer(() => postgres.stop())
  const sandbox = await startTestSandbox(['worker-fr'])
  opened.defer(() => sandbox.close())
  // For the user node, too.
  writeFileSync(join(machineFiles, 'sandbox.pem'), sandbox.ca, { mode: 0o644 })
  const first = await freePorts(4)
  const port = {
    gateway: String(first),
    main: String(first + 1),
    worker: String(first + 2),
    metrics: String(first + 3),
  }
  const url = (name: keyof typeof port): string => `http://127.0.0.1:${port[name]}`
  const databaseKey = randomBytes(32).toString('hex')
  const common = {
    API_SECRET: randomBytes(32).toString('hex'),
    COOKIE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SUPABASE_URL: url('gateway'),
    SUPABASE_SERVICE_ROLE_KEY: databaseKey,
    TELEGRAM_API_ROOT: sandbox.url,
    TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
    TELEGRAM_CHAT_ID: '1000001',
  }
  const spki = `--ignore-certificate-errors-spki-list=${sandbox.certificate.spki}`
  const env = {
    gateway: {
      DATABASE_URL: postgres.url,
      DATABASE_HOST: '0.0.0.0',
      DATABASE_PORT: port.gateway,
      DATABASE_SERVICE_ROLE_KEY: databaseKey,
    },
    main: {
      ...common,
      PORT: port.main,
      METRICS_PORT: port.metrics,
      ALERT_CHECK_INTERVAL_MS: 'off',
      WORKERS: JSON.stringify([{ id: 'worker-fr', name: 'FR', region: 'cdg', url: url('worker') }]),
    },
    worker: {
      ...common,
      PORT: port.worker,
      WORKER_ID: 'worker-fr',
      WORKER_REGION: 'cdg',
      REQUEST_DELAY_MIN_MS: '5',
      REQUEST_DELAY_MAX_MS: '10',
      EGRESS_PROXY_URL: sandbox.doors[0]?.url ?? '',
      NODE_EXTRA_CA_CERTS: '/mnt/machine/sandbox.pem',
    },
  }
  const start = (image: Kind, options: ContainerOptions): Container => {
    const container = startContainer(images[image], newScratch(), options)
    opened.use(container)
    return container
  }
  return {
    postgres,
    sandbox,
    images,
    url,
    env,
    start,
    database: openDatabase(url('gateway'), databaseKey),
    /** Flags for the browser besides the image's own. */
    chromeArgs: (own: string): string => `${own} ${spki}`.trim(),
    async api(at: 'main' | 'worker', method: string, path: string, body?: unknown) {
      const answer = await fetch(`${url(at)}${path}`, {
        method,
        headers: { 'x-api-key': common.API_SECRET, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const json = (await answer.json()) as Record<string, never>
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`)
      return json
    },
  }
}
