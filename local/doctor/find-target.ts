import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { readFlyApp } from '../fly-apps.ts'
import { openDataFolder } from '../local-secrets.ts'
import { planFleet } from '../plan-fleet.ts'
import type { DoctorOptions } from './doctor-options.ts'

type Variables = Record<string, string | undefined>

export type Target = {
  kind: 'local' | 'environment'
  /** Where the settings come from. */
  name: string
  mode: string | null
  main: Variables
  /** Main's address, where the variables do not say it. */
  mainUrl: string | null
  /** Of each region whose variables are known here: on Fly.io they are in machines of their own. */
  regions: { id: string; variables: Variables }[]
}

/** The doctor has nothing to look at, or cannot read it. */
export class NothingToCheckError extends Error {
  override name = 'NothingToCheckError'
}

const LocalFile = z.object({
  mode: z.enum(['sandbox', 'live']),
  apiKey: z.string(),
  main: z.object({ url: z.string() }),
  workers: z.array(z.object({ id: z.string(), region: z.string() })),
  database: z.object({ url: z.string(), key: z.string() }),
})

/** The plan of `npm start`, made again from what that wrote down: each process's variables as they are now. */
function localTarget(dataDir: string, file: string, given: Variables): Target {
  const { mode, apiKey, main, workers, database } = LocalFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  const isLive = mode === 'live'
  const settings = isLive && existsSync('.env') ? { ...parseEnv(readFileSync('.env', 'utf8')), ...given } : given
  const plan = planFleet(
    {
      mode,
      port: Number(new URL(main.url).port),
      dataDir,
      reset: false,
      workers: workers.map(({ id, region }) => ({ id, name: id.replace(/^worker-/, '').toUpperCase(), region })),
    },
    openDataFolder(dataDir, false).secrets,
    settings,
    // Only whether there is one matters here: the doctor does not go through the sandbox's doors.
    isLive ? null : { certFile: '', spki: '' },
  )
  const running = { API_SECRET: apiKey, SUPABASE_URL: database.url, SUPABASE_SERVICE_ROLE_KEY: database.key }
  return {
    kind: 'local',
    name: dataDir,
    mode,
    main: { ...plan.main.env, ...running },
    mainUrl: main.url,
    regions: plan.regions.map(({ id, env }) => ({ id, variables: { ...env, ...running } })),
  }
}

const environmentTarget = (name: string, variables: Variables, mainUrl: string | null): Target => ({
  kind: 'environment',
  name,
  mode: null,
  main: variables,
  mainUrl,
  regions: [],
})

/** [env] of a fly.toml: public settings, which secrets of the same name win over. */
function flyEnvironment(file: string | null): Variables {
  if (file === null) return {}
  if (!existsSync(file)) throw new NothingToCheckError(`there is no file ${file}`)
  try {
    return readFlyApp(readFileSync(file, 'utf8'), file).env
  } catch (error) {
    throw new NothingToCheckError(`${file} cannot be read as a fly.toml`, { cause: error })
  }
}

/** What to look at. Throws NothingToCheckError. */
export function findTarget(options: DoctorOptions, given: Variables): Target {
  if (options.envFile !== null) {
    if (!existsSync(options.envFile)) throw new NothingToCheckError(`there is no file ${options.envFile}`)
    const secrets = parseEnv(readFileSync(options.envFile, 'utf8'))
    return environmentTarget(options.envFile, { ...flyEnvironment(options.flyFile), ...secrets }, null)
  }
  if (!options.isDataDirGiven && given['WORKERS']) {
    // On main's own machine: its port is nearer than its public name.
    return environmentTarget('the environment', given, `http://127.0.0.1:${given['PORT'] || 8080}`)
  }
  const file = join(options.dataDir, 'local.json')
  if (!existsSync(file))
    throw new NothingToCheckError(
      `there is no fleet to look at: ${file} is not there. Run npm start in another terminal, or name a file with main's variables: --env FILE`,
    )
  try {
    return localTarget(options.dataDir, file, given)
  } catch (error) {
    throw new NothingToCheckError(`${file} cannot be read`, { cause: error })
  }
}
