import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../../main-worker/config.ts'

const fr = { id: 'worker-fr', name: 'FR', region: 'cdg', url: 'https://worker-fr.fly.dev' }
const good = {
  API_SECRET: 'k'.repeat(32),
  SUPABASE_URL: 'https://x.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'service-role',
  WORKERS: JSON.stringify([fr]),
}
const read = (over: Record<string, string> = {}) => readConfig({ ...good, ...over })

test('with the least that is needed everything else has its documented default', () => {
  const config = read()
  assert.deepEqual(config.workers, [fr])
  assert.deepEqual(
    [config.port, config.strategy, config.maxRetries, config.maxRefusalsPerSearch, config.unhealthyAfter],
    [8080, 'random', 3, 2, 1],
  )
  assert.deepEqual(
    [config.cycleEveryMs, config.firstCycleAfterMs, config.healthEveryMs, config.requestTimeoutMs],
    [300_000, 60_000, 60_000, 30_000],
  )
})

test('every problem is listed at once', () => {
  assert.throws(
    () => readConfig({ WORKERS: '[', LB_STRATEGY: 'best', MAX_RETRIES: '0', ALERT_CHECK_INTERVAL_MS: '5m' }),
    ({ message }: Error) =>
      ['API_SECRET', 'SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'WORKERS', 'LB_STRATEGY', 'MAX_RETRIES'].every(
        (name) => message.includes(`- ${name}: `),
      ) && message.includes('ALERT_CHECK_INTERVAL_MS: got "5m"'),
  )
})

test('a fleet without a worker is none', () => {
  assert.throws(() => read({ WORKERS: '[]' }), /WORKERS: got an empty list/)
})

test('the clock can be turned off', () => {
  for (const off of ['0', 'off', '2147483648']) assert.equal(read({ ALERT_CHECK_INTERVAL_MS: off }).cycleEveryMs, null)
})

test('of VINTED_FULL_COOKIES only the presence is kept', () => {
  const config = read({ VINTED_FULL_COOKIES: 'cf_clearance=planted; other=planted' })
  assert.deepEqual([config.hasFullCookies, config.hasCloudflareCookies], [true, true])
  assert.ok(!JSON.stringify(config).includes('planted'))
  assert.deepEqual([read().hasFullCookies, read().hasCloudflareCookies], [false, false])
})

test('a health interval that would make living mains look dead is refused', () => {
  assert.throws(
    () => read({ HEALTH_CHECK_INTERVAL_MS: '600001' }),
    /HEALTH_CHECK_INTERVAL_MS: got "600001"; wants a whole number from 1 to 300000/,
  )
})
