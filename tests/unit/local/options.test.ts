import assert from 'node:assert/strict'
import { isAbsolute } from 'node:path'
import { test } from 'node:test'
import { readOptions, UsageError } from '../../../local/options.ts'
import { shippedRegions } from '../../../local/shipped-regions.ts'
import { SHIPPED_REGIONS } from '../../support/deploy/shipped-fleet.ts'

const read = (argv: string[], hasEnvFile = false) => readOptions(argv, hasEnvFile, SHIPPED_REGIONS)
const refused = (...argv: string[]) => assert.throws(() => read(argv), UsageError, argv.join(' '))

test('without a word and without .env it is the sandbox with four regions on 8080', () => {
  const { dataDir, workers, ...options } = read([])
  assert.deepEqual(options, { mode: 'sandbox', port: 8080, reset: false })
  assert.deepEqual(
    workers.map(({ id, name, region }) => [id, name, region]),
    [
      ['worker-fr', 'FR', 'cdg'],
      ['worker-us', 'US', 'iad'],
      ['worker-nl', 'NL', 'ams'],
      ['worker-uk', 'UK', 'lhr'],
    ],
  )
  assert.ok(isAbsolute(dataDir) && dataDir.endsWith('.vigie'))
})

test('the regions are those that fly.main-worker.toml lists here', () => {
  assert.deepEqual(readOptions([], false).workers, shippedRegions())
})

test('with .env it is live with one region, unless the sandbox is asked for', () => {
  const live = read([], true)
  assert.deepEqual([live.mode, live.workers.map(({ id }) => id)], ['live', ['worker-fr']])
  assert.equal(read(['--sandbox'], true).mode, 'sandbox')
  assert.equal(read(['--live']).mode, 'live')
})

test('every flag is read', () => {
  const { workers, ...options } = read(['--port', '9000', '--data', '/tmp/x', '--workers', 'fr, de', '--reset'])
  assert.deepEqual(options, { mode: 'sandbox', port: 9000, dataDir: '/tmp/x', reset: true })
  assert.deepEqual(
    workers.map(({ id, region }) => [id, region]),
    [
      ['worker-fr', 'cdg'],
      ['worker-de', 'de'],
    ],
  )
})

test('what makes no sense is refused with the usage', () => {
  refused('--sandbox', '--live')
  for (const port of ['0', '65001', 'x', '8080.5', '1e3', '']) refused('--port', port)
  for (const workers of ['', 'xx', 'fr,,us', 'fr,fr', 'FR']) refused('--workers', workers)
  refused('--nonsense')
  refused('extra')
  assert.throws(() => read(['--port', 'x']), /--port wants .*\n[^]*--workers/)
})
