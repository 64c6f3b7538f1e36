import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../../../local/database/config.ts'

const key = { DATABASE_SERVICE_ROLE_KEY: 'k'.repeat(32) }
const server = { DATABASE_URL: 'postgresql://user:password@postgres:5432/vigie' }

test('the gateway listens on this machine only, unless told otherwise', () => {
  assert.equal(readConfig({ ...key, ...server }).host, '127.0.0.1')
  assert.equal(readConfig({ ...key, ...server, DATABASE_HOST: '0.0.0.0' }).host, '0.0.0.0')
})

test('a folder is needed for the embedded database only', () => {
  assert.throws(() => readConfig(key), /DATABASE_DIR: is not set; is required where DATABASE_URL is not set/)
  assert.equal(readConfig({ ...key, DATABASE_DIR: '/data' }).dataDir, '/data')
  assert.equal(readConfig({ ...key, ...server }).dataDir, '')
})
