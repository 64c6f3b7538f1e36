import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../../../main-worker/config.ts'
import { createContext } from '../../../../main-worker/context.ts'
import { startMetrics } from '../../../../main-worker/metrics/start-metrics.ts'
import { recordingLogger } from '../../shared/recording-logger.ts'

const contextWith = (metricsPort: number) => {
  const config = readConfig({
    API_SECRET: 'k'.repeat(40),
    HOST: '127.0.0.1',
    METRICS_PORT: String(metricsPort),
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_SERVICE_ROLE_KEY: 'nobody',
    WORKERS: '[{"id":"worker-fr","name":"FR","region":"cdg","url":"http://127.0.0.1:9"}]',
  })
  const { logger, entries } = recordingLogger()
  return { entries, context: { ...createContext(config, new AbortController().signal), logger } }
}

test('a scrape answers without a key while the database is away; there is nothing else on that port', async () => {
  const metrics = await startMetrics(contextWith(0).context)
  try {
    const ask = async (path: string, method = 'GET') => {
      const answer = await fetch(`http://127.0.0.1:${metrics.port}${path}`, { method })
      return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
    }
    const { status, type, text } = await ask('/metrics')
    assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8'])
    assert.match(text, /^vigie_database_up 0$/m)
    assert.match(text, /^process_resident_memory_bytes \d+$/m)
    assert.deepEqual([(await ask('/')).status, (await ask('/api/v1/alerts')).status], [404, 404])
    assert.equal((await ask('/metrics', 'POST')).status, 405)
  } finally {
    await metrics.stop()
  }
})

test('a metrics port that is taken is said, and the product goes on without', async () => {
  const first = await startMetrics(contextWith(0).context)
  try {
    const { context, entries } = contextWith(first.port ?? 0)
    const second = await startMetrics(context)
    assert.equal(second.port, null)
    await second.stop()
    assert.match(entries.at(-1)?.msg ?? '', /^No metrics: port \d+ \(METRICS_PORT\): listen EADDRINUSE/)
  } finally {
    await first.stop()
  }
})
