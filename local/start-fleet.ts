import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureCertificate } from './sandbox/certificate.ts'
import { askLoginLink } from './ask-login-link.ts'
import { createDemoAlerts } from './demo-alerts.ts'
import { openDataFolder } from './local-secrets.ts'
import type { Options } from './options.ts'
import { databaseFolder, planFleet } from './plan-fleet.ts'
import type { ChildPlan, FleetPlan } from './plan-fleet.ts'
import { requireFreePorts } from './ports.ts'
import { supervise } from './supervise.ts'
import type { Supervised } from './supervise.ts'
import { isUp, waitUntil } from './wait-until.ts'
import { terminalLine } from './terminal.ts'

/** `loginUrl` logs the owner in, once. */
export type Fleet = { url: string; loginUrl: string; stop(): Promise<void> }

/** initdb takes 3-18 s on a first start; a loaded machine more. */
const DATABASE_WITHIN_MS = 120_000
const PROCESS_WITHIN_MS = 60_000
/** Ctrl-C leaves nothing behind after 20 s: each stage gets its part of it. */
const STOP_STAGE_MS = 8_000

/** Whole or not at all: readers never see half a file. */
function writeLocalFile(file: string, content: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(content, null, 2), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function describe(options: Options, plan: FleetPlan, children: Map<string, Supervised>): object {
  const pid = (name: string): number => children.get(name)?.pid() ?? 0
  return {
    mode: options.mode,
    apiKey: plan.apiKey,
    main: { url: plan.main.url, pid: pid('main') },
    workers: plan.regions.map(({ id, region, url, egress }) => ({ id, region, url, pid: pid(id), egress })),
    database: { url: plan.databaseUrl, key: plan.databaseKey, pid: pid('database') },
    sandbox: plan.sandbox && { url: plan.sandbox.url, pid: pid('sandbox') },
  }
}

/**
 * Compiles everything beside the start of the database, which takes longer: a process that finds its code compiled starts in
 * half the time and never loads the type stripper (25 MB). Without an environment each one says what it misses and ends;
 * by then all of it is loaded. Nothing but speed and memory depends on it.
 */
async function compileEverything(children: ChildPlan[]): Promise<void> {
  await Promise.all(
    children.map(async ({ script, env: { PATH, NODE_COMPILE_CACHE } }) => {
      await once(fork(script, { env: { PATH, NODE_COMPILE_CACHE }, stdio: 'ignore' }), 'exit')
    }),
  )
}

const areAllHealthy = (plan: FleetPlan) => async (): Promise<boolean> => {
  const answer = await fetch(`${plan.main.url}/api/v1/worker/main/stats`, { headers: { 'x-api-key': plan.apiKey } })
  const stats = (await answer.json()) as { totalWorkers: number; unhealthyWorkers: number }
  return answer.ok && stats.totalWorkers === plan.regions.length && stats.unhealthyWorkers === 0
}

/**
 * Starts the whole fleet as separate processes and answers once the database is migrated and every worker healthy. Throws when
 * a process does not come up; nothing is left running then. `say` gets the lines for the terminal.
 */
export async function startFleet(
  options: Options,
  environment: Record<string, string | undefined>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Fleet> {
  // Later starts find it done; what an update changed is compiled by whoever loads it first.
  const isCompiled = !options.reset && existsSync(join(options.dataDir, 'compile-cache'))
  const hadDatabase = !options.reset && existsSync(databaseFolder(options))
  const { secrets, isFirstStart } = openDataFolder(options.dataDir, options.reset)
  const certificate = options.mode === 'sandbox' ? await ensureCertificate(join(options.dataDir, 'certificate')) : null
  const plan = planFleet(options, secrets, environment, certificate)
  await requireFreePorts(plan.ports)
  const children = new Map<string, Supervised>()
  const localFile = join(options.dataDir, 'local.json')
  const publish = (): void => writeLocalFile(localFile, describe(options, plan, children))

  const start = async (child: ChildPlan, withinMs: number): Promise<void> => {
    const hooks = {
      logFile: join(options.dataDir, 'logs', `${child.name}.log`),
      onLine: (line: string) => {
        const text = terminalLine(child.name, line)
        if (text !== null) say(text)
      },
      onCrash: say,
      onRestart: publish,
    }
    children.set(child.name, supervise(child, hooks))
    await waitUntil(`${child.name} (log: ${hooks.logFile})`, withinMs, isUp(child.healthUrl), signal)
  }
  /** In this order: nobody loses what it still needs. */
  const stop = async (): Promise<void> => {
    const stages = [['main'], plan.regions.map(({ id }) => id), ['sandbox'], ['database']]
    for (const names of stages) await Promise.all(names.map(async (name) => children.get(name)?.stop(STOP_STAGE_MS)))
  }
  try {
    const stage = [...(plan.sandbox ? [plan.sandbox] : []), ...plan.regions]
    const compiled = isCompiled ? Promise.resolve() : compileEverything([plan.main, ...stage.slice(0, 2)])
    // initdb needs 800 MB for a moment: the others come after it. Main comes last: it looks at its workers when it starts.
    if (plan.database) await start(plan.database, DATABASE_WITHIN_MS)
    await compiled
    await Promise.all(stage.map((child) => start(child, PROCESS_WITHIN_MS)))
    await start(plan.main, PROCESS_WITHIN_MS)
    await waitUntil('a healthy fleet', PROCESS_WITHIN_MS, areAllHealthy(plan), signal)
    if (options.mode === 'sandbox' && (isFirstStart || !hadDatabase)) await createDemoAlerts(plan.main.url, plan.apiKey)
    publish()
    return { url: plan.main.url, loginUrl: await askLoginLink(plan.main.url, plan.apiKey), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
