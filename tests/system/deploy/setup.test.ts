import assert from 'node:assert/strict'
import { chmodSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseEnv } from 'node:util'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { makeSetupFolder, secrets, SUPABASE_URL } from './setup-folder.ts'

const YES = ['--yes', '--supabase-url', SUPABASE_URL]
/** Of another program's shell, or of a backup that was made a moment ago. */
const LEFT_OVER = {
  SUPABASE_URL: 'https://zzzzzzzzzzzzzzzzzzzz.supabase.co',
  DATABASE_URL: 'postgresql://me:OLD@10.0.0.1/otherapp',
}

test('scripted: the files are written for their owner only, and a second run changes nothing', async () => {
  using folder = makeSetupFolder()
  const first = await folder.run([...YES, '--name', 'anna'], secrets)
  assert.equal(first.code, 0, first.output)
  assert.match(first.output, /fly .*v0\.4\.9[^]*logged in as anna@example\.org/)
  assert.match(first.output, /Written: \d+ file\(s\)\.[^]* 1\. fly apps create anna-main --org personal/)
  assert.deepEqual(['.deploy', '.deploy/main.env', '.deploy/worker.env', 'fly.worker-fr.toml'].map(folder.mode), [
    '700',
    '600',
    '600',
    '644',
  ])
  assert.match(folder.read('fly.worker-uk.toml'), /^app = "anna-worker-uk"$/m)
  const main = parseEnv(folder.read('.deploy/main.env'))
  assert.equal(main['DATABASE_URL'], secrets.DATABASE_URL)
  assert.equal(parseEnv(folder.read('.deploy/worker.env'))['API_SECRET'], main['API_SECRET'])

  const before = folder.contents()
  const again = await folder.run(['--yes'], LEFT_OVER)
  assert.deepEqual([again.code, folder.contents()], [0, before])
  assert.match(again.output, /nothing to write/)
  assert.equal(again.output.match(/: unchanged/g)?.length, 3 + shippedRegions().length)
})

test('a dry run needs nothing, writes nothing and shows no secret, in both languages', async () => {
  using folder = makeSetupFolder()
  const before = folder.contents()
  for (const [given, language] of [
    [{}, 'en'],
    [secrets, 'fr'],
  ] as const) {
    const { code, output } = await folder.run(['--dry-run', '--name', 'anna', '--lang', language], given)
    assert.equal(code, 0, output)
    for (const secret of Object.values(secrets)) assert.ok(!output.includes(secret))
    assert.ok(!output.includes('Pa55w0rd'))
    assert.match(output, language === 'en' ? /Dry run: nothing is written/ : /Essai à blanc : rien n’est écrit/)
    assert.match(output, / 3\. npm run setup -- --name anna[^]*fly deploy -c fly\.worker-uk\.toml --ha=false/)
  }
  assert.deepEqual([folder.contents(), folder.has('.deploy')], [before, false])
})

test('what is missing or wrong is named all at once, and nothing is written', async () => {
  using folder = makeSetupFolder()
  const { code, output } = await folder.run(['--yes', '--supabase-url', 'qwerty'], {
    TELEGRAM_BOT_TOKEN: 'secret-of-mine',
  })
  assert.equal(code, 1)
  for (const line of [
    /✗ SUPABASE_URL .*got 6 characters/,
    /✗ SUPABASE_SERVICE_ROLE_KEY .*missing/,
    /✗ DATABASE_URL .*missing/,
    /✗ TELEGRAM_BOT_TOKEN .*got 14 characters/,
    /Nothing was written/,
  ])
    assert.match(output, line)
  assert.ok(!output.includes('secret-of-mine') && !folder.has('.deploy'))
})

test('without a terminal and without --yes it says how to go on; a flag for a secret is refused', async () => {
  using folder = makeSetupFolder()
  const silent = await folder.run([])
  assert.deepEqual([silent.code, /--dry-run.*--yes/.test(silent.output)], [2, true])
  const flag = await folder.run(['--telegram-bot-token', 'x'])
  assert.deepEqual([flag.code, /Secrets are never flags/.test(flag.output)], [2, true])
})

test('at home: one file, compose is missed by name, the fly files stay', async () => {
  using folder = makeSetupFolder()
  const before = folder.contents()
  const { code, output } = await folder.run(['--yes', '--target', 'home'])
  assert.equal(code, 0, output)
  assert.match(output, /! docker compose +not found/)
  assert.match(output, /docker compose --env-file \.deploy\/home\.env up -d --build/)
  const { '.deploy/home.env': home, ...others } = folder.contents()
  assert.deepEqual([others, Object.keys(parseEnv(home ?? '')).length], [before, 4])
  // It knows from its file where it was set up.
  assert.match((await folder.run(['--yes'])).output, /nothing to write/)
})

test('killed while it writes, it is ended by the next run: same keys, whole files, nothing left over', async () => {
  using folder = makeSetupFolder()
  folder.make('.deploy')
  // What a run that was killed before its rename leaves.
  writeFileSync(join(folder.root, '.deploy/worker.env.tmp'), 'API_SEC')
  const child = folder.start([...YES, '--name', 'anna'], secrets)
  const watcher = watch(join(folder.root, '.deploy'), (_event, name) => {
    if (name === 'main.env') child.kill('SIGKILL')
  })
  await new Promise((done) => child.on('close', done))
  watcher.close()
  const keyOf = () => (folder.has('.deploy/main.env') ? parseEnv(folder.read('.deploy/main.env'))['API_SECRET'] : null)
  const killedWith = keyOf()
  const { code, output } = await folder.run([...YES, '--name', 'anna'], secrets)
  assert.equal(code, 0, output)
  if (killedWith !== null) assert.equal(keyOf(), killedWith)
  assert.deepEqual(
    Object.keys(folder.contents()).filter((path) => path.endsWith('.tmp')),
    [],
  )
  assert.match((await folder.run(['--yes'])).output, /nothing to write/)
})

test('files that others could read are closed, and it says so', async () => {
  using folder = makeSetupFolder()
  await folder.run(YES, secrets)
  for (const path of ['.deploy', '.deploy/main.env']) chmodSync(join(folder.root, path), 0o755)
  const { output } = await folder.run(['--yes'])
  assert.match(output, /! \.deploy\/main\.env +other users of this machine could read it/)
  assert.deepEqual(['.deploy', '.deploy/main.env'].map(folder.mode), ['700', '600'])
})

const linuxOnly = process.platform === 'linux' ? {} : { skip: 'wants util-linux’s script for a pseudo-terminal' }

test(
  'interactive: it asks, refuses what is wrong, hides what is secret, and writes what was answered',
  linuxOnly,
  async () => {
    using folder = makeSetupFolder()
    const terminal = folder.inTerminal([])
    await terminal.answer('Where shall Vigie run?', '\r')
    await terminal.answer('Prefix of the apps', '-anna\r')
    await terminal.answer('letters, digits and dashes', `${'\u007f'.repeat(5)}anna\r`)
    await terminal.answer('Fly.io organisation', '\r')
    await terminal.answer('project’s address', `${SUPABASE_URL}/\r`)
    await terminal.answer('secret key', 'sb_publishable_x\r')
    await terminal.answer('got the public key', `\u0015${secrets.SUPABASE_SERVICE_ROLE_KEY}\r`)
    await terminal.answer('Session pooler', `${secrets.DATABASE_URL}\r`)
    await terminal.answer('bot’s token', '\r')
    await terminal.answer('Write these files?', '\r')
    assert.equal(await terminal.ended, 0, terminal.output())
    assert.match(terminal.output(), /Written: \d+ file/)
    for (const secret of Object.values(secrets)) assert.ok(!terminal.output().includes(secret))
    const { SUPABASE_SERVICE_ROLE_KEY, DATABASE_URL, SUPABASE_URL: url } = parseEnv(folder.read('.deploy/main.env'))
    assert.deepEqual(
      [SUPABASE_SERVICE_ROLE_KEY, DATABASE_URL, url],
      [secrets.SUPABASE_SERVICE_ROLE_KEY, secrets.DATABASE_URL, SUPABASE_URL],
    )
    assert.match(folder.read('fly.main-worker.toml'), /^app = "anna-main"$/m)

    const again = folder.inTerminal(['--target', 'fly', '--lang', 'fr'], LEFT_OVER)
    for (const question of [
      'Début du nom',
      'Organisation',
      'adresse du projet',
      'clé secrète',
      'Session pooler',
      'jeton de votre bot',
    ])
      await again.answer(question, '\r')
    assert.equal(await again.ended, 0, again.output())
    assert.match(again.output(), /rien à écrire/)
  },
)

test('Ctrl-C in a question ends with one line and writes nothing', linuxOnly, async () => {
  using folder = makeSetupFolder()
  const before = folder.contents()
  const terminal = folder.inTerminal(['--target', 'fly'])
  await terminal.answer('Prefix of the apps', '\r')
  await terminal.answer('Fly.io organisation', '\u0003')
  assert.equal(await terminal.ended, 130)
  assert.match(terminal.output(), /Stopped: nothing was written\.\s*$/)
  assert.doesNotMatch(terminal.output(), /ExitPromptError|at .*\.js/)
  assert.deepEqual(folder.contents(), before)
})
