import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDoctorOptions } from '../../../../local/doctor/doctor-options.ts'
import { planSetup } from '../../../../local/setup/plan-setup.ts'
import type { SetupInput } from '../../../../local/setup/plan-setup.ts'
import { readSetupOptions } from '../../../../local/setup/setup-options.ts'
import { SHIPPED_REGIONS } from '../../../support/deploy/shipped-fleet.ts'
import { makeInput } from './make-input.ts'

const commands = (changes: Partial<SetupInput> = {}) =>
  planSetup(makeInput(changes)).commands.map(({ command }) => command)
const dry = { isDryRun: true, answers: {} }

test('a first deployment: accounts, apps, secrets, main before the regions, the doctor', () => {
  const ids = SHIPPED_REGIONS.map(({ id }) => id)
  const apps = ['vigie-main', ...ids.map((id) => `vigie-${id}`)]
  const first = [
    'fly auth login',
    'npx supabase@3.1.0 login',
    'npx supabase@3.1.0 projects create vigie --region eu-west-3',
    'npm run setup',
    ...apps.map((app) => `fly apps create ${app} --org personal`),
    ...apps.map((app) => `fly secrets import -a ${app} < .deploy/${app === 'vigie-main' ? 'main' : 'worker'}.env`),
    ...['main-worker', ...ids].map((id) => `fly deploy -c fly.${id}.toml --ha=false`),
    'npm run doctor -- --env .deploy/main.env --fly fly.main-worker.toml',
    "grep '^API_SECRET=' .deploy/main.env",
  ]
  assert.deepEqual(commands(dry).slice(0, first.length), first)
})

test('what is done already is left out: a login, a project, setup itself', () => {
  const { tools } = makeInput()
  assert.equal(commands()[0], 'fly auth login')
  assert.equal(
    commands({ tools: { ...tools, flyUser: 'anna@example.org' } })[0],
    'fly apps create vigie-main --org personal',
  )
})

test('a name and an organisation of one’s own stand in every command', () => {
  const own = commands({ ...dry, name: 'anna', org: 'my-org' })
  assert.ok(own.includes('npm run setup -- --name anna'))
  assert.ok(own.includes('fly apps create anna-worker-nl --org my-org'))
  assert.ok(own.includes('gh variable set MAIN_WORKER_URL --body https://anna-main.fly.dev'))
  assert.ok(own.every((command) => !/vigie/.test(command)))
})

test('at home there is nothing but docker compose and the key', () => {
  assert.deepEqual(commands({ ...dry, target: 'home' }), [
    'npm run setup -- --target home',
    'docker compose --env-file .deploy/home.env up -d --build',
    'docker compose --env-file .deploy/home.env ps',
    'docker compose --env-file .deploy/home.env logs -f main',
    "grep '^API_SECRET=' .deploy/home.env",
  ])
})

test('no secret stands in a command', () => {
  const input = makeInput()
  const secrets = [...Object.values(input.answers), ...Object.values(input.made)]
  for (const command of commands()) for (const secret of secrets) assert.ok(!command.includes(secret))
})

test('the commands of our own scripts are ones that those scripts take', () => {
  for (const target of ['fly', 'home'] as const)
    for (const command of commands({ ...dry, target, name: 'anna' })) {
      const [, script, flags = ''] = /^npm run (\w+)(?: -- (.*))?$/.exec(command) ?? []
      if (script === 'setup') readSetupOptions(flags.split(' ').filter(Boolean), {})
      if (script === 'doctor') readDoctorOptions(flags.split(' '))
    }
})
