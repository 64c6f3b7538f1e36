import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../../regional-worker/config.ts'

const good = {
  API_SECRET: 'k'.repeat(32),
  SUPABASE_URL: 'https://x.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'service-role',
  COOKIE_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  WORKER_ID: 'worker-fr',
}
function problems(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

test('with the least that is needed everything else has its documented default', () => {
  const config = readConfig(good)
  assert.deepEqual(
    [config.port, config.gap, config.banRules.banDurationMs, config.outboxMaxAttempts],
    [8080, { minMs: 12_000, maxMs: 25_000 }, 1_800_000, 5],
  )
  assert.deepEqual([config.autoRunCycle, config.enableFailover, config.egressProxyUrl], [false, false, null])
  assert.deepEqual([config.name, config.region, config.egress], ['FR', 'local', 'worker-fr'])
  assert.equal(config.telegramApiRoot, 'https://api.telegram.org')
})

test('on Fly a worker is what its app and its region say, unless it is told otherwise', () => {
  const { WORKER_ID: _id, ...rest } = good
  const onFly = (app: string, over = {}) => readConfig({ ...rest, FLY_APP_NAME: app, FLY_REGION: 'lhr', ...over })
  assert.deepEqual(
    ['vigie-worker-uk', 'worker-uk', 'my-app'].map((app) => onFly(app).workerId),
    ['worker-uk', 'worker-uk', 'my-app'],
  )
  const uk = onFly('vigie-worker-uk')
  assert.deepEqual([uk.name, uk.region, uk.egress], ['UK', 'lhr', 'worker-uk'])
  const told = onFly('vigie-worker-uk', { WORKER_ID: 'worker-de', WORKER_REGION: 'fra', EGRESS_ID: 'home' })
  assert.deepEqual([told.workerId, told.region, told.egress], ['worker-de', 'fra', 'home'])
})

test('every missing variable is named at once', () => {
  const text = problems({})
  const needed = ['API_SECRET', 'SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'COOKIE_ENCRYPTION_KEY', 'WORKER_ID']
  for (const name of needed) assert.match(text, new RegExp(`- ${name}: is not set; is required|- ${name}: is not set`))
  assert.equal(text.split('\n').length, 1 + needed.length)
})

test('delays that are upside down are refused, equal ones are not', () => {
  const delays = (min: string, max: string) => ({ ...good, REQUEST_DELAY_MIN_MS: min, REQUEST_DELAY_MAX_MS: max })
  assert.match(
    problems(delays('20000', '10000')),
    /REQUEST_DELAY_MAX_MS: got 10000; wants at least REQUEST_DELAY_MIN_MS/,
  )
  assert.deepEqual(readConfig(delays('150', '150')).gap, { minMs: 150, maxMs: 150 })
})

test('both keys are accepted while one is being replaced', () => {
  assert.deepEqual(readConfig({ ...good, API_SECRET_PREVIOUS: 'p'.repeat(32) }).apiKeys, [
    'k'.repeat(32),
    'p'.repeat(32),
  ])
})

test('no secret is shown, not even the password of a proxy', () => {
  const text = problems({
    ...good,
    API_SECRET: 'planted-1',
    COOKIE_ENCRYPTION_KEY: 'planted-2',
    EGRESS_PROXY_URL: 'socks5://user:planted-3@proxy.example:1080',
  })
  assert.match(text, /EGRESS_PROXY_URL/)
  assert.ok(!text.includes('planted'), text)
})
