import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { validate } from 'dockerfile-utils'
import { readOptions } from '../../../local/options.ts'
import { planFleet } from '../../../local/plan-fleet.ts'
import { contextFiles, isIgnored, readIgnoreRules } from '../../support/deploy/dockerfile-context.ts'
import { lineageOf, readDockerfile, startOf } from '../../support/deploy/dockerfile.ts'
import type { Instruction } from '../../support/deploy/dockerfile.ts'
import { readFlyFile } from '../../support/deploy/fly-file.ts'

const stages = readDockerfile()
const targets = ['main', 'worker', 'worker-browser']
const copiesOf = (name: string) =>
  lineageOf(stages, name)
    .flatMap((stage) => stage.instructions)
    .filter((one): one is Extract<Instruction, { keyword: 'COPY' }> => one.keyword === 'COPY')
/** What a target gets from the project, through other stages too. */
const sourcesOf = (name: string): string[] =>
  copiesOf(name)
    .filter(({ destination }) => !destination.includes('node_modules'))
    .flatMap(({ from, sources }) => (from === null ? sources : sourcesOf(from)))

test('the Dockerfile has no problem that its linter knows', () => {
  assert.deepEqual(validate(readFileSync('Dockerfile', 'utf8')), [])
})

test('every stage stands on a pinned image of Node 24, and every target the fly files name is there', () => {
  const names = stages.map(({ name }) => name)
  for (const [place, { base }] of stages.entries())
    assert.ok(base === 'node:24-bookworm-slim' || names.slice(0, place).includes(base), base)
  assert.deepEqual(
    targets.filter((name) => !names.includes(name)),
    [],
  )
  for (const file of globSync('fly.*.toml')) assert.ok(targets.includes(readFlyFile(file).build['build-target']), file)
})

test('each target runs its process as the user node, in exec form, without npm in between', () => {
  const commands = { main: 'main-worker', worker: 'regional-worker', 'worker-browser': 'regional-worker' }
  for (const [name, folder] of Object.entries(commands)) {
    const { command, user, workdir } = startOf(stages, name)
    assert.deepEqual([command, user, workdir], [['node', `${folder}/main.ts`], 'node', '/app'])
    // What comes after USER would be the user's to write, or fail.
    const keywords = stages.find((stage) => stage.name === name)?.instructions.map(({ keyword }) => keyword)
    assert.deepEqual(keywords?.slice(-2), ['USER', 'CMD'])
  }
})

test('packages are installed from the lockfile, without those of development and without running their scripts', () => {
  const runs = stages.flatMap((stage) => stage.instructions).filter((one) => one.keyword === 'RUN')
  const npm = runs.map(({ command }) => command).filter((command) => command.includes('npm '))
  assert.equal(npm.length, 1)
  for (const word of ['npm ci ', '--omit=dev', '--omit=optional', '--ignore-scripts']) assert.ok(npm[0]?.includes(word))
})

test('everything that COPY names exists, and reaches the build', () => {
  const names = stages.map(({ name }) => name)
  for (const { from, sources } of stages.flatMap(({ name }) => copiesOf(name))) {
    if (from !== null) assert.ok(names.includes(from), from)
    else for (const source of sources) assert.ok(contextFiles(source).length > 0, source)
  }
})

test('.dockerignore lets through what is copied, and nothing else', () => {
  const rules = readIgnoreRules(readFileSync('.dockerignore', 'utf8'))
  const copied = stages.flatMap(({ name }) => copiesOf(name)).flatMap(({ from, sources }) => (from ? [] : sources))
  assert.deepEqual(
    [...new Set(copied)].sort(),
    rules.flatMap(({ pattern, isException }) => (isException ? [pattern] : [])).sort(),
  )
  const never = [
    '.env',
    '.deploy/main.env',
    '.vigie/local.json',
    'node_modules/pg/package.json',
    'local/fleet.ts',
    '.git/HEAD',
  ]
  for (const path of never) assert.ok(isIgnored(rules, path), path)
  for (const path of ['shared/env.ts', 'local/database/rpc.ts']) assert.ok(!isIgnored(rules, path), path)
})

test('whatever a target imports is in it: files of the project, and packages that stay without those of development', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  for (const name of targets) {
    const files = new Set(sourcesOf(name).flatMap((source) => contextFiles(source)))
    for (const file of [...files].filter((one) => one.endsWith('.ts'))) {
      for (const imported of importsOf(file)) {
        if (imported.startsWith('node:') || isEmbeddedOnly(file, imported)) continue
        const path = imported.startsWith('.') ? normalize(join(dirname(file), imported)) : imported.replace(/^#/, '')
        const isThere = /^[.#]/.test(imported) ? files.has(path) : packageOf(imported) in dependencies
        assert.ok(isThere, `${name}: ${file} imports ${imported}`)
      }
    }
  }
})

test('a container’s memory is kept as small as npm start keeps it', () => {
  const secrets = {
    apiSecret: 'a'.repeat(64),
    cookieKey: Buffer.alloc(32).toString('base64'),
    databaseKey: 'd'.repeat(64),
  }
  const plan = planFleet(readOptions(['--data', '/data', '--live'], false), secrets, {}, null)
  const memoryOf = (env: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => /^(NODE_OPTIONS|MALLOC_)/.test(name)))
  assert.ok('NODE_OPTIONS' in memoryOf(plan.main.env))
  assert.deepEqual(memoryOf(startOf(stages, 'main').env), memoryOf(plan.main.env))
  for (const name of ['worker', 'worker-browser'])
    assert.deepEqual(memoryOf(startOf(stages, name).env), memoryOf(plan.regions[0]?.env))
})

const IMPORT = /(?:^(?:import|export)\b(?! type)[^;'"]*?from |^import |\bimport\()'([^']+)'/gm
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, imported = '']) => imported)

const packageOf = (imported: string): string =>
  imported
    .split('/')
    .slice(0, imported.startsWith('@') ? 2 : 1)
    .join('/')

/** The embedded database is loaded only where there is no DATABASE_URL. */
const isEmbeddedOnly = (file: string, imported: string): boolean =>
  imported === '@electric-sql/pglite' && /\/(pglite-driver|initialise-thread)\.ts$/.test(file)
