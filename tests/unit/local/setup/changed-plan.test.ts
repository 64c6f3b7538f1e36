import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planSetup } from '../../../../local/setup/plan-setup.ts'
import type { SetupInput } from '../../../../local/setup/plan-setup.ts'
import { MAIN_ENV, WORKER_ENV } from '../../../../local/setup/variables.ts'
import { SHIPPED_REGIONS } from '../../../support/deploy/shipped-fleet.ts'
import { changes, given, makeInput, write } from './make-input.ts'

test('an optional value that is answered with nothing leaves the files, whatever the environment says; Fly.io is told apart', () => {
  const input = makeInput({ answers: { ...given, TELEGRAM_CHAT_ID: '42' } })
  const there = write(input, planSetup(input).files)
  const without = {
    ...there,
    environment: { TELEGRAM_BOT_TOKEN: given.TELEGRAM_BOT_TOKEN },
    answers: { TELEGRAM_BOT_TOKEN: '', TELEGRAM_CHAT_ID: '' },
  }
  const plan = planSetup(without)
  assert.deepEqual(changes(plan.files), [MAIN_ENV, WORKER_ENV])
  for (const path of [MAIN_ENV, WORKER_ENV])
    assert.doesNotMatch(plan.files.find((file) => file.path === path)?.after ?? '', /TELEGRAM/)
  assert.deepEqual(
    plan.findings.map(({ state, about, text }) => `${state} ${about} ${text}`),
    ['look TELEGRAM_BOT_TOKEN secretStays', 'look TELEGRAM_CHAT_ID secretStays'],
  )
  assert.deepEqual(planSetup({ ...write(without, plan.files), answers: without.answers }).findings, [])
})

test('a second name says which apps go on under the first one; the first name of all says nothing', () => {
  const looks = (input: SetupInput) => planSetup(input).findings.map(({ text, facts }) => [text, Object.values(facts)])
  const first = makeInput({ name: 'vigie-anna' })
  assert.deepEqual(looks(first), [])
  const there = write(first, planSetup(first).files)
  assert.deepEqual(looks(there), [])
  const apps = ['main', ...SHIPPED_REGIONS.map(({ id }) => id)].map((id) => `vigie-anna-${id}`).join(' ')
  assert.deepEqual(looks({ ...there, name: 'anna-v2' }), [['appsRenamed', [apps]]])
  // On another computer the files of .deploy/ may be missing; the names are of somebody's own.
  assert.deepEqual(looks({ ...there, envTexts: {}, name: 'anna-v2' }), [['appsRenamed', [apps]]])
  const shipped = write(makeInput(), planSetup(makeInput()).files)
  assert.deepEqual(
    looks({ ...shipped, name: 'anna' }).map(([text]) => text),
    ['appsRenamed'],
  )
})

test('a file that the commands need and that is not there is named, and then there are no commands', () => {
  const { 'fly.main-worker.toml': _main, ...regions } = makeInput().flyTexts
  const broken = (input: SetupInput) =>
    planSetup(input).findings.map(({ state, about, text }) => `${state} ${about} ${text}`)
  assert.deepEqual(broken(makeInput({ flyTexts: regions })), ['broken fly.main-worker.toml fileMissing'])
  const input = makeInput({ target: 'home', absentFiles: ['Dockerfile', 'compose.yaml'] })
  assert.deepEqual(broken(input), ['broken Dockerfile fileMissing', 'broken compose.yaml fileMissing'])
  assert.deepEqual(planSetup(input).commands, [])
})
