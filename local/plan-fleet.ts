import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { variables as mainVariables } from '../main-worker/config.ts'
import { variables as workerVariables } from '../regional-worker/config.ts'
import type { Secrets } from './local-secrets.ts'
import type { Options } from './options.ts'
import type { Region } from './shipped-regions.ts'

type Environment = Record<string, string>

/** One process of the local fleet. `healthUrl` answers 200 once it is up. */
export type ChildPlan = { name: string; script: string; url: string; healthUrl: string; env: Environment }

export type RegionPlan = ChildPlan & { id: string; region: string; egress: string }

export type FleetPlan = {
  database: ChildPlan | null
  databaseUrl: string
  databaseKey: string
  sandbox: ChildPlan | null
  regions: RegionPlan[]
  main: ChildPlan
  apiKey: string
  /** Every port the fleet takes. */
  ports: number[]
}

type Given = Record<string, string | undefined>
type Certificate = { certFile: string; spki: string }

/** Short delays, so that something happens while one looks, and a chat that hears of it. */
const sandboxStage = {
  REQUEST_DELAY_MIN_MS: '150',
  REQUEST_DELAY_MAX_MS: '300',
  ALERT_CHECK_INITIAL_DELAY_MS: '2000',
  ALERT_CHECK_INTERVAL_MS: '10000',
  HEALTH_CHECK_INTERVAL_MS: '10000',
  TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
  TELEGRAM_CHAT_ID: '1000001',
}

const script = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const loopback = (port: number): string => `http://127.0.0.1:${port}`

/** What any process needs of the machine; nothing else leaks from the shell into the fleet. */
const SYSTEM = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS']

/** The variables of `names` that are set: they win over what the sandbox would set. */
const pick = (given: Given, names: readonly string[]): Environment =>
  Object.fromEntries(names.flatMap((name) => (given[name] ? [[name, given[name]]] : [])))

/** Ports in the order that the command line promises: main, the regions, the rest. */
function planPorts(port: number, regions: number) {
  const after = port + regions + 1
  return {
    main: port,
    regions: Array.from({ length: regions }, (_, place) => port + 1 + place),
    database: after,
    sandbox: after + 1,
    doors: Array.from({ length: regions }, (_, place) => after + 2 + place),
    metrics: after + 2 + regions,
  }
}

/** What was made up stays with what was made up: live starts from a database of its own. */
export const databaseFolder = ({ dataDir, mode }: Pick<Options, 'dataDir' | 'mode'>): string =>
  join(dataDir, mode === 'sandbox' ? 'database' : 'live-database')

const planDatabase = (folder: string, port: number, key: string, env: Environment): ChildPlan => ({
  name: 'database',
  script: script('local/database/main.ts'),
  url: loopback(port),
  healthUrl: `${loopback(port)}/health`,
  env: { ...env, DATABASE_DIR: folder, DATABASE_PORT: String(port), DATABASE_SERVICE_ROLE_KEY: key },
})

const planSandbox = (dataDir: string, port: number, doors: object[], env: Environment): ChildPlan => ({
  name: 'sandbox',
  script: script('local/sandbox/main.ts'),
  url: loopback(port),
  healthUrl: `${loopback(port)}/health`,
  env: {
    ...env,
    SANDBOX_PORT: String(port),
    SANDBOX_DOORS: JSON.stringify(doors),
    SANDBOX_CERTIFICATE_DIR: join(dataDir, 'certificate'),
  },
})

/**
 * What a machine of 256 MB would do by itself: on a large one V8 collects late, and a worker grows from 100 to 230 MB on pages
 * of 400 KB that are long forgotten. MALLOC_ARENA_MAX: the threads that inflate answers keep their memory otherwise.
 */
const SMALL_MACHINE = {
  NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=48',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
}
const SMALL_MAIN = { NODE_OPTIONS: '--max-semi-space-size=2', MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' }

const planMain = (port: number, env: Environment): ChildPlan => ({
  name: 'main',
  script: script('main-worker/main.ts'),
  url: loopback(port),
  healthUrl: `${loopback(port)}/api/health`,
  env: { ...SMALL_MAIN, ...env, PORT: String(port) },
})

function planRegion({ id, name, region }: Region, port: number, egress: string, env: Environment): RegionPlan {
  const own = { PORT: String(port), WORKER_ID: id, WORKER_NAME: name, WORKER_REGION: region, EGRESS_ID: egress }
  const url = loopback(port)
  const child = { name: id, script: script('regional-worker/main.ts'), url, healthUrl: `${url}/api/health` }
  return { ...child, env: { ...SMALL_MACHINE, ...env, ...own }, id, region, egress }
}

/** A door of its own per worker: the sandbox sees each like another address. */
const doorVariables = (port: number, { certFile, spki }: Certificate): Environment => ({
  EGRESS_PROXY_URL: loopback(port),
  NODE_EXTRA_CA_CERTS: certFile,
  CHROME_ARGS: `--ignore-certificate-errors-spki-list=${spki}`,
})

/** A Telegram, a Discord and a program that takes webhooks: all of them in the sandbox. */
const receiversOf = (sandboxUrl: string): Environment => ({
  TELEGRAM_API_ROOT: sandboxUrl,
  DISCORD_API_ROOT: sandboxUrl,
  WEBHOOK_ALLOWED_HOSTS: new URL(sandboxUrl).host,
})

/** Every process with the environment it would have on Fly. Computed: no I/O here. */
export function planFleet(
  options: Options,
  secrets: Secrets,
  given: Given,
  certificate: Certificate | null,
): FleetPlan {
  const ports = planPorts(options.port, options.workers.length)
  const isHosted = certificate === null && Boolean(given['SUPABASE_URL'])
  const apiKey = given['API_SECRET'] || secrets.apiSecret
  const databaseKey = (isHosted && given['SUPABASE_SERVICE_ROLE_KEY']) || secrets.databaseKey
  const databaseUrl = (isHosted && given['SUPABASE_URL']) || loopback(ports.database)
  const sandboxUrl = loopback(ports.sandbox)
  // Compiled once: later starts take half the time and 30 MB less each.
  const system = { ...pick(given, SYSTEM), NODE_COMPILE_CACHE: join(options.dataDir, 'compile-cache') }
  const common = {
    HOST: '127.0.0.1',
    API_SECRET: apiKey,
    COOKIE_ENCRYPTION_KEY: given['COOKIE_ENCRYPTION_KEY'] || secrets.cookieKey,
    SUPABASE_URL: databaseUrl,
    SUPABASE_SERVICE_ROLE_KEY: databaseKey,
  }
  const stage = certificate === null ? {} : { ...sandboxStage, ...receiversOf(sandboxUrl) }
  /** Only the names a process knows. */
  const environment = (table: object): Environment => {
    const names = Object.keys(table)
    return { ...system, ...pick(stage, names), ...pick(given, names), ...pick(common, names) }
  }

  const regions = options.workers.map((worker, place) => {
    const port = ports.regions[place] ?? 0
    const door = certificate === null ? {} : doorVariables(ports.doors[place] ?? 0, certificate)
    // In the sandbox each region has an address of its own; one home has one.
    const egress = given['EGRESS_ID'] || (certificate === null ? 'home' : worker.id)
    return planRegion(worker, port, egress, { ...environment(workerVariables), ...door })
  })
  const workers = regions.map(({ id, region, url, env }) => ({ id, name: env['WORKER_NAME'], region, url }))
  const doors = regions.map(({ egress }, place) => ({ egress, port: ports.doors[place] }))
  return {
    apiKey,
    databaseUrl,
    databaseKey,
    database: isHosted
      ? null
      : planDatabase(databaseFolder(options), ports.database, databaseKey, {
          ...system,
          ...pick(given, ['DATABASE_URL']),
        }),
    sandbox:
      certificate === null
        ? null
        : planSandbox(options.dataDir, ports.sandbox, doors, {
            ...system,
            ...pick(given, ['SANDBOX_PUBLISH_PER_MINUTE']),
          }),
    regions,
    main: planMain(ports.main, {
      METRICS_PORT: String(ports.metrics),
      ...environment(mainVariables),
      WORKERS: JSON.stringify(workers),
    }),
    ports: [
      ports.main,
      ...ports.regions,
      ...(isHosted ? [] : [ports.database]),
      ...(certificate === null ? [] : [ports.sandbox, ...ports.doors]),
      // One that was chosen by hand may be taken: main says so and goes on.
      ...(given['METRICS_PORT'] ? [] : [ports.metrics]),
    ],
  }
}
