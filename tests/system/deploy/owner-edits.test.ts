// What the documents tell an owner to change must leave the owner's tests green: they stand before every deployment.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { writeShippedFlyFiles } from '../../support/deploy/shipped-fleet.ts'
import { addFifthRegion } from './add-fifth-region.ts'

/** An owner's own, and what npm or git put there. */
const NOT_COPIED = new Set(['.git', 'node_modules', '.vigie', '.deploy', '.env'])

/** The repository as it is shipped, in a folder of its own. */
function copyRepository() {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-owner-'))
  cpSync('.', folder, { recursive: true, filter: (path) => !NOT_COPIED.has(relative('.', path)) })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  writeShippedFlyFiles(folder)
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs a script there, without anything of this terminal or of the test that runs it. Throws with all it said. */
function run(folder: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...env }, maxBuffer: 64e6 }
  return new Promise((done, fail) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error) fail(new Error(`node ${args.join(' ')}: exit code ${error.code}\n${stdout}\n${stderr}`))
      else done()
    })
  })
}

/** What `npm run check` tests of names, regions and settings. */
const assertGreen = (folder: string): Promise<void> =>
  run(folder, ['scripts/test.mjs', 'unit', 'deploy', 'local/options', 'local/plan-fleet', 'local/setup'])

function edit(folder: string, pattern: string, from: RegExp, to: string): void {
  const files = globSync(pattern, { cwd: folder })
  assert.ok(files.length > 0, pattern)
  for (const file of files) {
    const before = readFileSync(join(folder, file), 'utf8')
    assert.ok(before.search(from) >= 0, `${file} has no ${from.source}`)
    writeFileSync(join(folder, file), before.replaceAll(from, to))
  }
}

test('apps of another name, written by setup', async () => {
  using copy = copyRepository()
  await run(copy.folder, ['local/setup.ts', '--yes', '--target', 'fly', '--name', 'vigie-anna'], {
    SUPABASE_URL: 'https://qwertyuiopasdfghjkl.supabase.co',
    SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_Zx8Kq2Lw5Vn7Rt1Yp4Md9',
    DATABASE_URL: 'postgresql://postgres.qwertyuiopasdfghjkl:Pa55@aws-0-eu-west-3.pooler.supabase.com:5432/postgres',
  })
  assert.match(readFileSync(join(copy.folder, 'fly.worker-uk.toml'), 'utf8'), /^app = "vigie-anna-worker-uk"$/m)
  await assertGreen(copy.folder)
})

test('a fifth region, private addresses, an outer clock, a slower pace and a small machine', async () => {
  using copy = copyRepository()
  const { folder } = copy
  const main = 'fly.main-worker.toml'
  await addFifthRegion(folder)
  edit(folder, main, /"https:\/\/(vigie-worker-(?!nl)\w+)\.fly\.dev"/g, '"http://$1.internal:8080"')
  edit(folder, main, /"https:\/\/(vigie-worker-nl)\.fly\.dev"/g, '"http://$1.flycast"')
  edit(folder, 'fly.worker-*.toml', /^force_https = .*$/gm, 'force_https = false')
  edit(folder, main, /^ALERT_CHECK_INTERVAL_MS = .*$/gm, 'ALERT_CHECK_INTERVAL_MS = "off"')
  edit(folder, 'fly.worker-*.toml', /^REQUEST_DELAY_MIN_MS = .*$/gm, 'REQUEST_DELAY_MIN_MS = "20000"')
  edit(folder, 'fly.worker-*.toml', /^REQUEST_DELAY_MAX_MS = .*$/gm, 'REQUEST_DELAY_MAX_MS = "40000"')
  edit(folder, main, /^WORKERS = /gm, 'REQUEST_DELAY_MIN_MS = "20000"\nREQUEST_DELAY_MAX_MS = "40000"\n$&')
  edit(folder, 'fly.worker-us.toml', /^build-target = .*$/gm, 'build-target = "worker"')
  edit(folder, 'fly.worker-us.toml', /^memory = .*$/gm, 'memory = "256mb"')
  await assertGreen(folder)
})

test('one region less: its line and its file are gone', async () => {
  using copy = copyRepository()
  edit(copy.folder, 'fly.main-worker.toml', /,\n *\{"id": "worker-uk".*\}/g, '')
  rmSync(join(copy.folder, 'fly.worker-uk.toml'))
  await assertGreen(copy.folder)
})

test('what is wrong for any owner is still found: a region of the list without a file, a mistyped key', async () => {
  using copy = copyRepository()
  rmSync(join(copy.folder, 'fly.worker-uk.toml'))
  const look = () => run(copy.folder, ['scripts/test.mjs', 'unit', 'deploy/fly-files'])
  await assert.rejects(look(), /✖ the regions of WORKERS are those that have a file/)
  edit(copy.folder, 'fly.worker-nl.toml', /^kill_timeout/gm, 'kill_timout')
  await assert.rejects(look(), /Unrecognized key: "kill_timout"/)
})
