import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { lintWorkflow } from '../../support/deploy/lint-workflow.ts'

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
