import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../../../local/sandbox/config.ts'

test('the environment of the sandbox is read as the supervisor writes it', () => {
  const environment = {
    SANDBOX_PORT: '9000',
    SANDBOX_DOORS: '[{"egress":"worker-fr","port":9001}]',
    SANDBOX_CERTIFICATE_DIR: '/tmp/x',
  }
  assert.deepEqual(readConfig(environment), {
    port: 9000,
    doors: [{ egress: 'worker-fr', port: 9001 }],
    certificateDir: '/tmp/x',
    publishPerMinute: 60,
  })
})

test('all problems are told at once, each with its variable and an example', () => {
  const doors = '[{"egress":"a","port":1},{"egress":"a","port":2}]'
  assert.throws(
    () => readConfig({ SANDBOX_PORT: 'x', SANDBOX_DOORS: doors, SANDBOX_PUBLISH_PER_MINUTE: '-1' }),
    /SANDBOX_PORT: got "x".*SANDBOX_DOORS: .*different egresses.*SANDBOX_CERTIFICATE_DIR: is not set.*SANDBOX_PUBLISH_PER_MINUTE: got "-1"/s,
  )
  assert.throws(() => readConfig({ SANDBOX_DOORS: 'nonsense' }), /SANDBOX_DOORS: got "nonsense"; wants JSON/)
})
