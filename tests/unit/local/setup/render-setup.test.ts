import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeTools } from '../../../../local/setup/judge-tools.ts'
import { planSetup } from '../../../../local/setup/plan-setup.ts'
import type { SetupInput } from '../../../../local/setup/plan-setup.ts'
import { languages, renderCommands, renderPlan, renderTools } from '../../../../local/setup/render-setup.ts'
import { readSetupOptions } from '../../../../local/setup/setup-options.ts'
import { HOME_ENV, MAIN_ENV, variables } from '../../../../local/setup/variables.ts'
import type { VariableName } from '../../../../local/setup/variables.ts'
import { SHIPPED_REGIONS } from '../../../support/deploy/shipped-fleet.ts'
import { given, makeInput, write } from './make-input.ts'

const { en, fr } = languages
const options = readSetupOptions([], {})
const show = (input: SetupInput, language: 'fr' | 'en' = 'en') => {
  const plan = planSetup(input)
  return [
    renderTools(input.target, input.tools, { ...options, language }),
    renderPlan(plan, language),
    renderCommands(plan, language),
  ].join('\n')
}

test('no secret is shown: not a given one, not a made one, not an owner’s own', () => {
  const own = 'https://hc-ping.com/0b1c2d3e-of-the-owner'
  const first = makeInput({ envTexts: { [MAIN_ENV]: `# old: ${own}\nHEARTBEAT_URL=${own}\n` } })
  for (const target of ['fly', 'home'] as const)
    for (const input of [{ ...first, target }, write({ ...first, target }, planSetup({ ...first, target }).files)])
      for (const language of ['fr', 'en'] as const) {
        const text = show(input, language)
        const secrets = [...Object.entries(given), ...Object.entries(input.made)]
          .filter(([name]) => variables[name as VariableName].isSecret)
          .map(([, value]) => value)
        for (const secret of [...secrets, own]) assert.ok(!text.includes(secret))
      }
})

test('a change of the fly files is shown line by line, and what stays is called unchanged', () => {
  const text = show(makeInput({ name: 'anna' }))
  assert.match(
    text,
    /fly\.worker-fr\.toml: changed\n.*\n.*\n {4}- app = "vigie-worker-fr"\n {4}\+ app = "anna-worker-fr"/,
  )
  assert.match(text, /Commit the changed fly\.\*\.toml files/)
  const again = show(write(makeInput(), planSetup(makeInput()).files))
  assert.equal(again.match(/: unchanged/g)?.length, 3 + SHIPPED_REGIONS.length)
})

test('the last word is where to log in and how one’s chat introduces itself', () => {
  assert.match(show(makeInput()), /Open https:\/\/vigie-main\.fly\.dev .*main\.env[^]*\/start CODE/)
  assert.match(show(makeInput({ answers: { ...given, TELEGRAM_CHAT_ID: '42' } })), /from chat 42 once/)
  assert.match(
    show(makeInput({ target: 'home', answers: {} })),
    /http:\/\/localhost:8080 .*home\.env[^]*No Telegram yet/,
  )
  const text = (makeInput().flyTexts['fly.main-worker.toml'] ?? '').replace(
    /(PUBLIC_BASE_URL = ).*/,
    '$1"https://vigie.example"',
  )
  const flyTexts = { ...makeInput().flyTexts, 'fly.main-worker.toml': text }
  assert.match(show(makeInput({ flyTexts })), /Open https:\/\/vigie\.example and/)
})

test('a missing tool is a line with what to do, and the commands are still there', () => {
  const none = {
    node: '24.21.0',
    npm: null,
    git: null,
    fly: null,
    flyctl: null,
    flyUser: null,
    gh: null,
    docker: null,
    compose: null,
    jq: null,
    curl: null,
  }
  for (const target of ['fly', 'home'] as const) {
    const text = show(makeInput({ target, tools: none }))
    assert.match(text, target === 'fly' ? /! fly .*not found/ : /! docker .*not found/)
    assert.match(text, /Commands, in this order/)
  }
  const states = (changes: object) => judgeTools('fly', { ...makeInput().tools, ...changes }).map(({ text }) => text)
  assert.ok(states({ fly: null }).includes('flyUnderOldName'))
  assert.ok(states({}).includes('flyLoggedOut'))
  assert.ok(states({ flyUser: 'anna@example.org' }).includes('flyUser'))
  assert.ok(judgeTools('home', { ...none, docker: 'Docker version 28' }).some(({ text }) => text === 'composeMissing'))
})

test('curl before 7.82 and a missing jq are said, and the rest goes on', () => {
  const said = (changes: object) =>
    judgeTools('fly', { ...makeInput().tools, ...changes }).flatMap(({ about, state, text }) =>
      about === 'curl' || about === 'jq' ? [`${state} ${text}`] : [],
    )
  assert.deepEqual(said({}), ['ok toolOk', 'ok toolOk'])
  assert.deepEqual(said({ jq: null, curl: null }), ['look curlMissing', 'look jqMissing'])
  for (const [version, state] of [
    ['7.81.0', 'look curlOld'],
    ['7.82.0', 'ok toolOk'],
    ['8.0.1', 'ok toolOk'],
  ])
    assert.equal(said({ curl: `curl ${version} (x86_64-pc-linux-gnu) libcurl/7.81.0` })[0], state, version)
})

test('an organisation other than one’s own is to be named again, since no file keeps it', () => {
  assert.match(show(makeInput({ org: 'mycompany' })), /next time npm run setup -- --org mycompany/)
  assert.doesNotMatch(show(makeInput()), /next time npm run setup/)
  assert.doesNotMatch(show(makeInput({ target: 'home', org: 'mycompany' })), /mycompany/)
})

test('who has a private repository on a free plan reads what to leave out before GitHub’s commands', () => {
  for (const language of ['en', 'fr'] as const) {
    const text = show(makeInput(), language)
    assert.ok(/(every|chaque) --env production[^]*gh api --method PUT/.test(text), language)
  }
})

test('French puts a space before its colons, and calls main what a French reader does not take for a hand', () => {
  const text = show(makeInput(), 'fr')
  for (const table of [fr.reasons, fr.groups, fr.words, fr.questions])
    assert.doesNotMatch(JSON.stringify(table), /(?<![.\w-])main(?![.\w-])/)
  assert.match(text, /\.deploy\/main\.env \(0600\) : nouveau/)
})

test('what was pasted cannot steer the terminal', () => {
  const answers = { ...given, SUPABASE_URL: 'https://x\u001b[2Jx' }
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(show(makeInput({ answers, name: '\u001b[2J' })), /\u001b/)
})

/** Whatever fact a text tells. */
const anything: Record<string, string | number> = {
  got: 'x',
  example: 'x',
  version: 'x',
  problem: 'x',
  error: 'x',
  line: 'x',
}
const facts = new Proxy(anything, { get: (known, name) => known[String(name)] ?? 'y' })

test('both languages have the same words, in their own typography', () => {
  const keys = (tables: typeof en) =>
    [
      tables.texts,
      tables.reasons,
      tables.groups,
      tables.origins,
      tables.words,
      tables.questions,
      tables.settings,
      tables.whenEmpty,
      tables.keys,
    ].map((table) => Object.keys(table))
  assert.deepEqual(keys(fr), keys(en))
  for (const name of Object.keys(en.texts)) {
    const [english, french] = [en, fr].map(({ texts }) =>
      (texts as unknown as Record<string, (f: object) => { says: string; todo?: string }>)[name]?.(facts),
    )
    for (const words of [english, french])
      assert.doesNotMatch(`${words?.says} ${words?.todo ?? ''}`, /undefined|NaN|\[object/, name)
    assert.equal(english?.todo === undefined, french?.todo === undefined, name)
    assert.doesNotMatch(
      `${french?.says} ${french?.todo ?? ''}`,
      /\p{L}'\p{L}/u,
      `${name} has a typewriter’s apostrophe`,
    )
  }
  const flat = (table: object): string =>
    JSON.stringify(Object.values(table).map((value) => (typeof value === 'function' ? value('x') : value)))
  for (const table of [fr.reasons, fr.groups, fr.origins, fr.words, fr.questions, fr.settings, fr.whenEmpty])
    assert.doesNotMatch(flat(table), /\p{L}'\p{L}/u)
})

test('the page that the words name is called so on the page, and the file of a home server is its own', () => {
  assert.match(fr.words.bindChat, /Personnes/)
  assert.match(en.words.bindChat, /People/)
  assert.equal(HOME_ENV, '.deploy/home.env')
})
