import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderEvidence } from '../../../../../main-worker/dashboard/evidence/render-evidence.ts'

const viewer = { language: 'fr', timeZone: 'UTC', now: Date.parse('2026-11-22T10:00:00Z') } as const
const evidence = {
  id: '00000000-0000-4000-8000-000000000001',
  workerId: 'worker-fr',
  market: 'fr',
  verdict: 'challenged',
  httpStatus: 403,
  createdAt: '2026-11-22T09:00:00Z',
  headers: { server: 'cloudflare', 'x-evil': '</pre><script>1</script>' },
  body: '<html><script>steal()</script><img src=x onerror=alert(1)>',
  screenshot: null,
}
const show = async (screenshot: string | null): Promise<string> =>
  String(await renderEvidence({ ...evidence, screenshot }, (id) => id, viewer))

test('what a site answered is shown as text: nothing of it runs or loads', async () => {
  const html = await show(null)
  assert.ok(!html.includes('<script') && !html.includes('<img'))
  assert.ok(html.includes('&lt;script&gt;steal()'))
  assert.ok(html.includes('refusée : page de contrôle'))
})

test('a screenshot is an image of our own address', async () => {
  assert.match(await show('aGVsbG8='), /<img\s+class="screenshot"\s+src="\/evidence\/[\w-]+\/screenshot.jpg"/)
})
