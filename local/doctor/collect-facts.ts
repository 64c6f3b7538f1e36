import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#shared/clock.ts'
import { openDatabase } from '#shared/database/open-database.ts'
import { InvalidEnvironmentError } from '#shared/env.ts'
import { version } from '#shared/version.ts'
import { readConfig as readMainConfig } from '../../main-worker/config.ts'
import type { Config } from '../../main-worker/config.ts'
import { readConfig as readWorkerConfig } from '../../regional-worker/config.ts'
import { readMigrations } from '../database/migration-files.ts'
import { collectDatabase, collectFleet } from './collect-database.ts'
import { askAlive, collectSearches, collectWorker, marketsToTry } from './collect-fleet.ts'
import { collectTelegram } from './collect-telegram.ts'
import type { Facts, SeenFacts } from './facts.ts'
import type { Target } from './find-target.ts'

/** The settings, or each line of what is wrong with them. */
function readSettings<Settings>(read: () => Settings): { settings: Settings | null; problems: string[] } {
  try {
    return { settings: read(), problems: [] }
  } catch (error) {
    if (!(error instanceof InvalidEnvironmentError)) throw error
    const [, ...lines] = error.message.split('\n')
    return { settings: null, problems: lines.map((line) => line.replace(/^ *- /, '')) }
  }
}

async function lookAt(config: Config, mainUrl: string): Promise<SeenFacts> {
  const database = openDatabase(config.supabaseUrl, config.supabaseKey)
  const [databaseFacts, telegram, main, workers, before] = await Promise.all([
    collectDatabase(database, config.supabaseUrl),
    config.telegramToken === null ? null : collectTelegram(config.telegramToken, config.telegramApiRoot),
    askAlive(mainUrl),
    Promise.all(config.workers.map((worker) => collectWorker(worker, config.apiKey))),
    collectFleet(database),
  ])
  const markets = marketsToTry(before.ok ? before.markets : [], config.workers)
  const searches = await collectSearches({
    mainUrl,
    isMainUp: main.ok,
    apiKey: config.apiKey,
    fleet: before.ok ? before.fleet : null,
    markets,
  })
  // Read again: a search makes the session it needs, and shows who is refused.
  const after = await collectFleet(database)
  return {
    secret: { distinct: new Set(config.apiKey).size, hasPrevious: config.apiKeys.length > 1 },
    publicBaseUrl: config.publicBaseUrl,
    database: databaseFacts,
    telegram,
    main: { ...main, url: mainUrl },
    workers,
    fleet: after.ok ? after.fleet : null,
    markets,
    searches,
  }
}

/** Everything the findings follow from. Asks and reads only: nothing is stored but what a search itself leaves. */
export async function collectFacts({ kind, name, mode, main, mainUrl, regions }: Target): Promise<Facts> {
  const { settings, problems } = readSettings(() => readMainConfig(main))
  const files = await readMigrations(fileURLToPath(new URL('../../supabase/migrations', import.meta.url)))
  return {
    target: { kind, name, mode },
    now: systemClock.now(),
    version,
    node: process.versions.node,
    migrations: files.map((file) => file.version),
    settings: [
      { of: 'main', problems },
      ...regions.map(({ id, variables }) => ({
        of: id,
        problems: readSettings(() => readWorkerConfig(variables)).problems,
      })),
    ],
    hasEnvFile: kind === 'local' ? existsSync('.env') : null,
    seen:
      settings && (await lookAt(settings, mainUrl ?? settings.publicBaseUrl ?? `http://127.0.0.1:${settings.port}`)),
  }
}
