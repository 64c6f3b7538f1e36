import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

let sandbox: TestSandbox
before(async () => {
  sandbox = await startTestSandbox([])
})
after(() => sandbox.close())

const post = async (path: string, body: unknown) => {
  const answer = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    redirect: 'manual',
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : (JSON.parse(text) as unknown) }
}
const hook = (channel: number): string => `/api/webhooks/${channel}/a-token`

test('the made-up Discord answers with the message when asked to wait, and with nothing otherwise', async () => {
  assert.equal((await post(hook(1), { content: 'hello' })).status, 204)
  const waited = await post(`${hook(1)}?wait=true`, { content: 'hello' })
  assert.deepEqual([waited.status, (waited.body as { webhook_id: string }).webhook_id], [200, '1'])
  assert.equal(waited.headers.get('x-ratelimit-remaining'), '3')
})

test('it refuses what the real one refuses: nothing, too much, no address, no webhook', async () => {
  const bad = [
    {},
    { content: '' },
    { embeds: [{ title: '' }] },
    { embeds: [{ title: 'x'.repeat(257) }] },
    { embeds: [{ description: 'x'.repeat(4_097) }] },
    { embeds: [{ fields: [{ name: 'x', value: 'x'.repeat(1_025) }] }] },
    { embeds: Array.from({ length: 2 }, () => ({ description: 'x'.repeat(3_001) })) },
    { embeds: [{ title: 'x', url: 'javascript:alert(1)' }] },
  ]
  for (const [place, body] of bad.entries()) {
    const { status, body: answer } = await post(hook(100 + place), body)
    assert.deepEqual([status, (answer as { code: number }).code], [400, 50_035], JSON.stringify(body).slice(0, 60))
  }
  assert.equal((await post('/api/webhooks/x/y', { content: 'x' })).status, 404)
})

test('the sixth message within two seconds is refused with a time to wait, and other channels go on', async () => {
  for (let message = 0; message < 5; message += 1) assert.equal((await post(hook(3), { content: 'x' })).status, 204)
  const { status, headers, body } = await post(hook(3), { content: 'x' })
  const { retry_after: retryAfter } = body as { retry_after: number }
  assert.equal(status, 429)
  assert.ok(retryAfter > 0 && retryAfter <= 2)
  assert.equal(headers.get('retry-after'), String(Math.ceil(retryAfter)))
  assert.equal((await post(hook(4), { content: 'x' })).status, 204)
})

test('a program keeps what it accepts, word for word, and a fault hits the named one only', async () => {
  await sandbox.control('POST', 'receivers/faults', { mode: 'gone', target: 'one', count: 1 })
  assert.equal((await post('/receivers/two', { b: 2 })).status, 204)
  assert.equal((await post('/receivers/one', { a: 1 })).status, 410)
  assert.equal((await post('/receivers/one', { a: 1 })).status, 204)
  const received = await sandbox.control<{ receiver: string; body: string }[]>('GET', 'received')
  assert.deepEqual(
    received.map(({ receiver, body }) => [receiver, body]),
    [
      ['two', '{"b":2}'],
      ['one', '{"a":1}'],
    ],
  )
})
