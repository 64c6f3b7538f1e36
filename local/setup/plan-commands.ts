import { flyUrl, MAIN_FILE } from '../fly-apps.ts'
import type { FlyApp, FlyPlan } from './fly-files.ts'
import type { ResolvedValue } from './plan-env-files.ts'
import type { SetupInput } from './plan-setup.ts'
import { HOME_ENV, MAIN_ENV, WORKER_ENV } from './variables.ts'
import type { reasons } from './words-en.ts'

export const SUPABASE_CLI = 'supabase@3.1.0'

export type Group = 'accounts' | 'apps' | 'secrets' | 'deploy' | 'look' | 'github' | 'home'
export type Command = { group: Group; command: string; why: keyof typeof reasons }

const command = (group: Group, why: Command['why'], command: string): Command => ({ group, command, why })

function accounts({ isDryRun, tools, name }: SetupInput, main: FlyApp, hasProject: boolean): Command[] {
  const project = main.app.replace(/-main$/, '')
  return [
    ...(tools.flyUser === null ? [command('accounts', 'flyLogin', 'fly auth login')] : []),
    ...(hasProject
      ? []
      : [
          command('accounts', 'supabaseLogin', `npx ${SUPABASE_CLI} login`),
          command('accounts', 'supabaseProject', `npx ${SUPABASE_CLI} projects create ${project} --region eu-west-3`),
        ]),
    ...(isDryRun ? [command('accounts', 'setup', `npm run setup${name === null ? '' : ` -- --name ${name}`}`)] : []),
  ]
}

/**
 * Main first: its release command applies the migrations before a machine starts, so nothing has to reach the database from here,
 * and the regions find their tables.
 */
function flyCommands(input: SetupInput, { main, regions }: FlyPlan, hasProject: boolean): Command[] {
  const apps = [main, ...regions]
  return [
    ...accounts(input, main, hasProject),
    ...apps.map(({ app }) => command('apps', 'appCreate', `fly apps create ${app} --org ${input.org}`)),
    ...apps.map(({ app }) =>
      command(
        'secrets',
        app === main.app ? 'mainSecrets' : 'workerSecrets',
        `fly secrets import -a ${app} < ${app === main.app ? MAIN_ENV : WORKER_ENV}`,
      ),
    ),
    ...apps.map(({ file, app }) =>
      command('deploy', app === main.app ? 'mainDeploy' : 'workerDeploy', `fly deploy -c ${file} --ha=false`),
    ),
    command('look', 'doctor', `npm run doctor -- --env ${MAIN_ENV} --fly ${MAIN_FILE}`),
    command('look', 'apiKey', `grep '^API_SECRET=' ${MAIN_ENV}`),
    command('github', 'environment', 'gh api --method PUT repos/{owner}/{repo}/environments/production'),
    command(
      'github',
      'flyToken',
      `fly tokens create org --org ${input.org} --name github --expiry 8760h | gh secret set FLY_API_TOKEN --env production`,
    ),
    command(
      'github',
      'databaseSecret',
      `grep '^DATABASE_URL=' ${MAIN_ENV} | gh secret set --env-file - --env production`,
    ),
    command('github', 'keySecret', `grep '^API_SECRET=' ${MAIN_ENV} | gh secret set --env-file -`),
    command('github', 'mainVariable', `gh variable set MAIN_WORKER_URL --body ${flyUrl(main.app)}`),
  ]
}

const compose = `docker compose --env-file ${HOME_ENV}`

const homeCommands = ({ isDryRun }: SetupInput): Command[] => [
  ...(isDryRun ? [command('home', 'setupHome', 'npm run setup -- --target home')] : []),
  command('home', 'composeUp', `${compose} up -d --build`),
  command('home', 'composePs', `${compose} ps`),
  command('home', 'composeLogs', `${compose} logs -f main`),
  command('home', 'apiKey', `grep '^API_SECRET=' ${HOME_ENV}`),
]

/** In the order in which they are run; what is done already (a login, a project) is left out. */
export function planCommands(input: SetupInput, fly: FlyPlan | null, values: ResolvedValue[]): Command[] {
  if (input.target === 'home') return homeCommands(input)
  if (fly === null) return []
  const hasProject = values.some(({ name, from }) => name === 'SUPABASE_URL' && from !== 'placeholder')
  return flyCommands(input, fly, hasProject)
}
