import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseEnv } from 'node:util'
import { makeSetupFolder, secrets, SUPABASE_URL } from './setup-folder.ts'

const linuxOnly = process.platform === 'linux' ? {} : { skip: 'wants util-linux’s script for a pseudo-terminal' }

test(
  'a dash takes an optional value away, Enter keeps the others, and in French the questions’ own keys are French',
  linuxOnly,
  async () => {
    using folder = makeSetupFolder()
    await folder.run(['--yes', '--supabase-url', SUPABASE_URL], { ...secrets, TELEGRAM_CHAT_ID: '42' })
    const { TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID, ...kept } = parseEnv(folder.read('.deploy/main.env'))
    assert.deepEqual([TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID], [secrets.TELEGRAM_BOT_TOKEN, '42'])
    const terminal = folder.inTerminal(['--lang', 'fr'], secrets)
    await terminal.answer('Où Vigie doit-elle tourner ?', '\r')
    for (const question of ['Début du nom', 'Organisation', 'adresse du projet', 'API Keys) (Entrée garde'])
      await terminal.answer(question, '\r')
    await terminal.answer('Session pooler', '\r')
    await terminal.answer('@BotFather (Entrée garde', '-\r')
    await terminal.answer('Écrire ces fichiers ?', 'o\r')
    assert.equal(await terminal.ended, 0, terminal.output())
    for (const path of ['.deploy/main.env', '.deploy/worker.env']) assert.doesNotMatch(folder.read(path), /TELEGRAM/)
    assert.deepEqual({ ...parseEnv(folder.read('.deploy/main.env')) }, { ...kept })
    assert.match(terminal.output(), /choisir[^]*montrer ou cacher[^]*\(O\/n\)[^]*Oui/)
    assert.doesNotMatch(terminal.output(), /navigate|toggle|\bYes\b|Entrée : aucun/)
  },
)

test('an answer that cannot be left out is asked for with an example of it', linuxOnly, async () => {
  using folder = makeSetupFolder()
  const terminal = folder.inTerminal(['--target', 'fly'])
  await terminal.answer('Prefix of the apps', '\r')
  await terminal.answer('Fly.io organisation', '\r')
  await terminal.answer('project’s address', '\r')
  await terminal.answer('Example: https://abcdefghijklmnopqrst.supabase.co', '\u0003')
  assert.equal(await terminal.ended, 130)
})

test('in a folder without the Dockerfile or compose.yaml it says so instead of printing what would fail', async () => {
  using folder = makeSetupFolder()
  for (const file of ['Dockerfile', 'compose.yaml']) rmSync(join(folder.root, file))
  const home = await folder.run(['--yes', '--target', 'home'])
  assert.match(home.output, /✗ Dockerfile +is not there[^]*✗ compose\.yaml +is not there/)
  assert.deepEqual([home.code, /docker compose --env-file/.test(home.output), folder.has('.deploy')], [1, false, false])
  const fly = await folder.run(['--dry-run'])
  assert.match(fly.output, /✗ Dockerfile/)
  assert.doesNotMatch(fly.output, /compose\.yaml|fly deploy/)
})
