import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readEnvText } from '../../../../local/setup/env-file.ts'
import { planSetup } from '../../../../local/setup/plan-setup.ts'
import type { SetupInput } from '../../../../local/setup/plan-setup.ts'
import { HOME_ENV, MAIN_ENV, WORKER_ENV } from '../../../../local/setup/variables.ts'
import type { Target } from '../../../../local/setup/variables.ts'
import { SHIPPED_REGIONS } from '../../../support/deploy/shipped-fleet.ts'
import { changes, DATABASE_URL, given, makeInput, makeKeys, write } from './make-input.ts'

const broken = (input: SetupInput) =>
  planSetup(input)
    .findings.filter(({ state }) => state === 'broken')
    .map(({ about, text }) => `${about} ${text}`)
const after = (input: SetupInput, path: string) =>
  readEnvText(planSetup(input).files.find((file) => file.path === path)?.after ?? '')

const maybe = <Type>(arbitrary: fc.Arbitrary<Type>) => fc.option(arbitrary, { nil: undefined })
/** Whatever an owner may answer rightly. */
const inputs = fc
  .record({
    target: fc.constantFrom<Target>('fly', 'home'),
    name: fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/)),
    token: maybe(fc.stringMatching(/^\d{8,10}:[\w-]{35}$/)),
    chat: maybe(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000 }).map(String)),
    password: fc.stringMatching(/^[\w!*(),~-]{1,30}$/),
    key: fc.stringMatching(/^sb_secret_[\w-]{10,40}$/),
  })
  .map(({ target, name, token, chat, password, key }) =>
    makeInput({
      target,
      name,
      answers: {
        ...given,
        SUPABASE_SERVICE_ROLE_KEY: key,
        DATABASE_URL: DATABASE_URL.replace('Passw0rd', password),
        ...(token === undefined ? { TELEGRAM_BOT_TOKEN: '' } : { TELEGRAM_BOT_TOKEN: token }),
        ...(chat === undefined ? {} : { TELEGRAM_CHAT_ID: chat }),
      },
    }),
  )

test('a second run changes no file, with the same answers or with none, whatever keys it would have drawn', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const plan = planSetup(input)
      assert.deepEqual(
        plan.findings.filter(({ state }) => state === 'broken'),
        [],
      )
      const there = { ...write(input, plan.files), made: makeKeys('b') }
      assert.deepEqual(changes(planSetup(there).files), [])
      assert.deepEqual(changes(planSetup({ ...there, answers: {}, name: null }).files), [])
    }),
    { numRuns: 100 },
  )
})

test('a run that was killed after any of its files is ended by the next one, with the first one’s keys', () => {
  fc.assert(
    fc.property(inputs, fc.nat({ max: 6 }), (input, done) => {
      const { files } = planSetup(input)
      const written = files.filter(({ before, after }) => before !== after).slice(0, done + 1)
      const killed = { ...write(input, written), made: makeKeys('b') }
      const whole = write(input, files)
      const ended = write(killed, planSetup(killed).files)
      assert.deepEqual([ended.envTexts, ended.flyTexts], [whole.envTexts, whole.flyTexts])
    }),
    { numRuns: 100 },
  )
})

test('main’s file has the database’s password, the regions’ has not; what was not given is in neither', () => {
  const input = makeInput()
  assert.deepEqual(after(input, MAIN_ENV), {
    ...given,
    API_SECRET: 'a'.repeat(64),
    COOKIE_ENCRYPTION_KEY: makeKeys('a').COOKIE_ENCRYPTION_KEY,
  })
  const { DATABASE_URL: password, ...others } = after(input, MAIN_ENV)
  assert.equal(password, DATABASE_URL)
  assert.deepEqual(after(input, WORKER_ENV), others)
  assert.deepEqual(Object.keys(after(makeInput({ target: 'home', answers: {} }), HOME_ENV)).sort(), [
    'API_SECRET',
    'COOKIE_ENCRYPTION_KEY',
    'DATABASE_SERVICE_ROLE_KEY',
    'POSTGRES_PASSWORD',
  ])
})

test('a key that is there is kept, whatever the environment says; what is given anew replaces what was given', () => {
  const envTexts = { [MAIN_ENV]: `API_SECRET=${'k'.repeat(40)}\nTELEGRAM_BOT_TOKEN=${given.TELEGRAM_BOT_TOKEN}\n` }
  const token = '99999999:BBHk3jLmN0pQrStUvWxYz1234567890abcd'
  const input = makeInput({
    envTexts,
    environment: { API_SECRET: 'e'.repeat(64) },
    answers: { ...given, TELEGRAM_BOT_TOKEN: token },
  })
  const { API_SECRET, TELEGRAM_BOT_TOKEN } = after(input, WORKER_ENV)
  assert.deepEqual([API_SECRET, TELEGRAM_BOT_TOKEN], ['k'.repeat(40), token])
  // On another computer, without the files, the environment is where a running fleet's key comes from.
  assert.equal(after({ ...input, envTexts: {} }, MAIN_ENV)['API_SECRET'], 'e'.repeat(64))
})

test('whatever is left over in the shell, a second run changes nothing; without the files it is taken', () => {
  const elsewhere = {
    SUPABASE_URL: 'https://zzzzzzzzzzzzzzzzzzzz.supabase.co',
    SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_of_another_project',
    DATABASE_URL: 'postgresql://me:OLD@10.0.0.1/otherapp',
    TELEGRAM_BOT_TOKEN: '99999999:BBHk3jLmN0pQrStUvWxYz1234567890abcd',
  }
  const input = makeInput()
  const again = { ...write(input, planSetup(input).files), answers: {}, environment: elsewhere }
  assert.deepEqual(changes(planSetup(again).files), [])
  const { API_SECRET: _key, COOKIE_ENCRYPTION_KEY: _cookies, ...taken } = after({ ...again, envTexts: {} }, MAIN_ENV)
  assert.deepEqual(taken, elsewhere)
})

test('an owner’s own variable, such as the key that is being replaced, stays', () => {
  const envTexts = { [MAIN_ENV]: `API_SECRET_PREVIOUS=${'p'.repeat(40)}\n` }
  assert.equal(after(makeInput({ envTexts }), MAIN_ENV)['API_SECRET_PREVIOUS'], 'p'.repeat(40))
})

test('the regions follow main where their files differ, and it says so', () => {
  const input = makeInput({
    envTexts: { [MAIN_ENV]: `API_SECRET=${'m'.repeat(40)}\n`, [WORKER_ENV]: `API_SECRET=${'w'.repeat(40)}\n` },
  })
  assert.equal(after(input, WORKER_ENV)['API_SECRET'], 'm'.repeat(40))
  assert.deepEqual(
    planSetup(input).findings.map(({ state, text }) => `${state} ${text}`),
    ['look filesDiffer'],
  )
})

test('all that is missing or wrong is named at once, and then there are no commands', () => {
  const input = makeInput({ answers: { TELEGRAM_BOT_TOKEN: 'x' }, name: 'Bad Name', org: '$(id)' })
  assert.deepEqual(broken(input), [
    '--name nameWrong',
    '--org orgWrong',
    'SUPABASE_URL missing',
    'SUPABASE_SERVICE_ROLE_KEY missing',
    'DATABASE_URL missing',
    'TELEGRAM_BOT_TOKEN telegramTokenWrong',
  ])
  assert.deepEqual(planSetup(input).commands, [])
})

test('no hostile name reaches a command', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, org) => {
      for (const { command } of planSetup(makeInput({ name, org })).commands)
        assert.match(command, /^[\w ./@:<|{}'^=-]+$/)
    }),
  )
  for (const name of ['', '-a', 'a-', 'A', 'é', 'a b', 'a;b', 'a'.repeat(51), '$(id)'])
    assert.deepEqual(broken(makeInput({ name })), ['--name nameWrong'], name)
  assert.deepEqual(broken(makeInput({ name: 'a'.repeat(50) })), [])
})

test('every process would start with what is written: the product’s own rules are asked', () => {
  const short = makeInput({ envTexts: { [MAIN_ENV]: 'API_SECRET=short\n' } })
  assert.equal(broken(short).length, 1 + SHIPPED_REGIONS.length)
  assert.match(JSON.stringify(planSetup(short).findings), /API_SECRET: got 5 characters; wants 32 characters or more/)
  const { flyTexts } = short
  const mistyped = (flyTexts['fly.worker-uk.toml'] ?? '').replace(/_MAX_MS = ".*"/, '_MAX_MS = "25s"')
  assert.deepEqual(broken(makeInput({ flyTexts: { ...flyTexts, 'fly.worker-uk.toml': mistyped } })), [
    '.deploy/worker.env + fly.worker-uk.toml settingsWrong',
  ])
  const home = { target: 'home' as const, envTexts: { [HOME_ENV]: 'COOKIE_ENCRYPTION_KEY=short\n' } }
  assert.match(JSON.stringify(planSetup(makeInput(home)).findings), /wants 32 bytes in base64/)
})

test('a fly file that cannot be read is named, with the field or the line', () => {
  const told = (flyTexts: SetupInput['flyTexts']) =>
    planSetup(makeInput({ flyTexts })).findings.map(({ state, text, facts }) => [state, text, Object.values(facts)[0]])
  const { flyTexts } = makeInput()
  const withRegion = (text: string) => told({ ...flyTexts, 'fly.worker-fr.toml': text })
  const [state, text, error] = withRegion('app = ')[0] ?? []
  assert.deepEqual([state, text], ['broken', 'flyFileWrong'])
  assert.match(String(error), /^fly\.worker-fr\.toml: Invalid TOML/)
  const noRegion = (flyTexts['fly.worker-fr.toml'] ?? '').replace('primary_region', 'region')
  assert.match(String(withRegion(noRegion)[0]?.[2]), /^fly\.worker-fr\.toml: primary_region: /)
})

test('a dry run stands on placeholders, and says which they are', () => {
  const { findings, values, commands } = planSetup(makeInput({ isDryRun: true, answers: {} }))
  assert.deepEqual(
    findings.map(({ state, about, text }) => `${state} ${about} ${text}`),
    ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'DATABASE_URL'].map((name) => `look ${name} placeholder`),
  )
  assert.equal(values.filter(({ from }) => from === 'placeholder').length, 3)
  assert.ok(commands.length > 20)
})
