import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readDoctorOptions } from '../../../../local/doctor/doctor-options.ts'
import { findTarget, NothingToCheckError } from '../../../../local/doctor/find-target.ts'
import { marketsToTry } from '../../../../local/doctor/collect-fleet.ts'
import { UsageError } from '../../../../local/options.ts'
import { shippedRegions } from '../../../../local/shipped-regions.ts'
import { readConfig } from '../../../../main-worker/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigie-doctor-'))
after(() => rmSync(folder, { recursive: true }))
const target = (args: string[], given = {}) => findTarget(readDoctorOptions(args), given)

test('flags that do not fit are refused with the usage', () => {
  for (const args of [
    ['--data', 'x', '--env', 'y'],
    ['--fly', 'x'],
    ['--data', 'x', '--fly', 'y'],
    ['--lang', 'de'],
    ['--nonsense'],
    ['x'],
  ])
    assert.throws(
      () => readDoctorOptions(args),
      (error) => error instanceof UsageError && /npm run doctor/.test(error.message),
    )
})

test('the doctor speaks the language of the terminal, as setup does, unless a flag says another', () => {
  const language = (args: string[], environment = {}) => readDoctorOptions(args, environment).language
  assert.deepEqual(
    [
      language([]),
      language([], { LANG: 'fr_FR.UTF-8' }),
      language([], { LANG: 'fr_FR.UTF-8', LC_ALL: 'C' }),
      language(['--lang', 'en'], { LANG: 'fr_FR.UTF-8' }),
      language(['--lang', 'fr'], { LANG: 'C' }),
    ],
    ['en', 'fr', 'en', 'en', 'fr'],
  )
})

test('without a fleet there is nothing to look at, and it says how to name one', () => {
  assert.throws(
    () => target(['--data', folder]),
    (error) => error instanceof NothingToCheckError && /--env FILE/.test(error.message),
  )
  assert.throws(() => target(['--env', join(folder, 'none')]), NothingToCheckError)
})

test('where main’s variables are set, as on Fly.io, they are the fleet, and main is asked on its own port', () => {
  const { kind, mainUrl, main } = target([], { WORKERS: '[]', PORT: '9000' })
  assert.deepEqual([kind, mainUrl, main['WORKERS']], ['environment', 'http://127.0.0.1:9000', '[]'])
})

test('a file of variables is taken as it is, whatever is set here', () => {
  const file = join(folder, 'main.env')
  writeFileSync(file, 'API_SECRET=of-the-file\nPUBLIC_BASE_URL="https://vigie.example"\n')
  const { main, mainUrl } = target(['--env', file], { API_SECRET: 'of the shell', WORKERS: '[]' })
  assert.deepEqual([main, mainUrl], [{ API_SECRET: 'of-the-file', PUBLIC_BASE_URL: 'https://vigie.example' }, null])
})

test('beside a file of secrets, main’s fly.toml gives the rest, as on Fly.io: complete settings, secrets win', () => {
  const file = join(folder, 'secrets.env')
  const secrets = {
    API_SECRET: 'a'.repeat(64),
    SUPABASE_URL: 'https://abcdefgh.supabase.co',
    SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_of_no_project',
    MAX_RETRIES: '7',
  }
  writeFileSync(
    file,
    Object.entries(secrets)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const { main, mainUrl } = target(['--env', file, '--fly', 'fly.main-worker.toml'])
  const publicBaseUrl = /^PUBLIC_BASE_URL = "(.*)"$/m.exec(readFileSync('fly.main-worker.toml', 'utf8'))?.[1]
  const config = readConfig(main)
  assert.deepEqual(
    [config.publicBaseUrl, config.workers.length, config.maxRetries, config.apiKey, mainUrl],
    [publicBaseUrl, shippedRegions().length, 7, secrets.API_SECRET, null],
  )
  for (const fly of [join(folder, 'none'), file])
    assert.throws(() => target(['--env', file, '--fly', fly]), NothingToCheckError)
})

test('the fleet of npm start is looked at with the settings of its processes', () => {
  const running = {
    mode: 'sandbox',
    apiKey: 'a'.repeat(64),
    main: { url: 'http://127.0.0.1:8080', pid: 1 },
    workers: [{ id: 'worker-fr', region: 'cdg' }],
    database: { url: 'http://127.0.0.1:8082', key: 'k' },
  }
  writeFileSync(join(folder, 'local.json'), JSON.stringify(running))
  const { main, mainUrl, regions } = target(['--data', folder], { WORKERS: 'of the shell' })
  const config = readConfig(main)
  assert.deepEqual(
    [config.apiKey, config.supabaseUrl, mainUrl],
    [running.apiKey, running.database.url, running.main.url],
  )
  assert.equal(config.telegramApiRoot, 'http://127.0.0.1:8083')
  assert.deepEqual(
    regions.map(({ id }) => id),
    ['worker-fr'],
  )
  writeFileSync(join(folder, 'local.json'), '{}')
  assert.throws(() => target(['--data', folder]), NothingToCheckError)
})

test('markets of active alerts are tried; without an alert the first worker’s, which is known by its name', () => {
  const workers = [{ id: 'worker-x' }, { id: 'worker-nl' }]
  assert.deepEqual(marketsToTry(['us', 'de'], workers), ['us', 'de'])
  assert.deepEqual([marketsToTry([], workers), marketsToTry([], [{ id: 'x' }])], [['nl'], ['fr']])
})
