import { InvalidEnvironmentError } from '#shared/env.ts'
import { readConfig as readMainConfig } from '../../main-worker/config.ts'
import { readConfig as readWorkerConfig } from '../../regional-worker/config.ts'
import { readConfig as readDatabaseConfig } from '../database/config.ts'
import { readEnvText } from './env-file.ts'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'
import type { FlyApp, FlyPlan } from './fly-files.ts'
import type { PlannedFile } from './plan-setup.ts'
import { HOME_ENV, MAIN_ENV, WORKER_ENV } from './variables.ts'
import type { Target } from './variables.ts'

type Environment = Record<string, string>

/** The product's own rules, the ones each process starts with; a line of theirs shows no secret. */
function problemsOf(about: string, read: () => unknown): Finding[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof InvalidEnvironmentError)) throw error
    const [, ...lines] = error.message.split('\n')
    return lines.map((line) => finding('broken', about, 'settingsWrong', { problem: line.replace(/^ *- /, '') }))
  }
}

/** On Fly a secret wins over [env], and Fly adds who and where the app is. */
const onFly = ({ app, region, env }: FlyApp, secrets: Environment): Environment => ({
  FLY_APP_NAME: app,
  FLY_REGION: region,
  ...env,
  ...secrets,
})

/** What compose.yaml adds; only the shape counts here. */
const ofCompose = (given: Environment): Environment => ({
  WORKERS: '[{"id":"worker-fr","name":"FR","region":"home","url":"http://worker-fr:8080"}]',
  WORKER_ID: 'worker-fr',
  SUPABASE_URL: 'http://database:8085',
  SUPABASE_SERVICE_ROLE_KEY: given['DATABASE_SERVICE_ROLE_KEY'] ?? '',
  DATABASE_DIR: 'unused',
  ...given,
})

/** Whether every process would start with what is about to be written. Placeholders pass: they have the right shape. */
export function checkSettings(target: Target, fly: FlyPlan | null, files: PlannedFile[]): Finding[] {
  const read = (path: string) => readEnvText(files.find((file) => file.path === path)?.after ?? '')
  if (target === 'home') {
    const home = ofCompose(read(HOME_ENV))
    return [
      ...problemsOf(HOME_ENV, () => readMainConfig(home)),
      ...problemsOf(HOME_ENV, () => readWorkerConfig(home)),
      ...problemsOf(HOME_ENV, () => readDatabaseConfig(home)),
    ]
  }
  if (fly === null) return []
  const [main, worker] = [read(MAIN_ENV), read(WORKER_ENV)]
  return [
    ...problemsOf(`${MAIN_ENV} + ${fly.main.file}`, () => readMainConfig(onFly(fly.main, main))),
    ...fly.regions.flatMap((region) =>
      problemsOf(`${WORKER_ENV} + ${region.file}`, () => readWorkerConfig(onFly(region, worker))),
    ),
  ]
}
