import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { openBrowser } from '../support/browser/open-browser.ts'
import { eventually } from '../support/fleet/eventually.ts'
import { startTestFleet } from '../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../support/fleet/start-test-fleet.ts'

/** `npm run screens`: every page of a lively sandbox at two widths, light and dark, into docs/screens. */
const FOLDER = 'docs/screens'
const WIDTHS = [390, 1280]
const SCHEMES = ['light', 'dark'] as const
/** Longer pages are cut: what they look like is seen by then. */
const TALLEST = 2_400
const LIVELY_MS = 45_000

/** Finds, a region that is refused, a letter that nobody took, somebody invited. */
async function liveIt(fleet: TestFleet): Promise<void> {
  await fleet.api('POST', '/api/v1/people/invitations', { role: 'member', name: 'Camille' })
  await fleet.createAlert({ name: 'Vestes (autre chat)', market: 'fr', searchText: 'zara', chatId: '4040' })
  await sleep(LIVELY_MS)
  await fleet.control('POST', 'telegram/faults', { chat: '4040', mode: '403' })
  await fleet.control('POST', 'faults', { egress: 'worker-us', path: '/svc-catalogue/items', mode: 'forbidden' })
  await eventually(async () => {
    const { body } = await fleet.api('GET', '/api/v1/worker/main/stats')
    if (body.bannedWorkers === 0) throw new Error('nobody is refused yet')
  }, 60_000)
  await eventually(async () => {
    const { body } = await fleet.api('GET', '/api/v1/outbox?status=failed')
    if (body.messages.length === 0) throw new Error('no dead letter yet')
  }, 90_000)
}

/** Every page by the name of its picture. */
async function pagesOf(fleet: TestFleet): Promise<Record<string, string>> {
  const { alerts } = (await fleet.api('GET', '/api/v1/alerts')).body
  const { runs } = (await fleet.api('GET', '/api/v1/runs')).body
  const { evidence } = (await fleet.api('GET', '/api/v1/evidence')).body
  const run = runs.find((each: { status: string }) => each.status === 'done' || each.status === 'partial')
  return {
    home: '/',
    alerts: '/alerts',
    'alert-new': '/alerts/new',
    alert: `/alerts/${alerts[0].id}`,
    'alert-edit': `/alerts/${alerts[0].id}/edit`,
    finds: '/finds',
    deliveries: '/deliveries',
    runs: '/runs',
    run: `/runs/${run.runId}`,
    evidence: `/evidence/${evidence[0].id}`,
    sessions: '/sessions',
    statistics: '/statistics',
    people: '/people',
    me: '/me',
  }
}

async function shoot(page: Page, name: string, width: number, scheme: string): Promise<void> {
  const height = await page.evaluate('document.documentElement.scrollHeight')
  const clip = { x: 0, y: 0, width, height: Math.min(Number(height), TALLEST) }
  const path = join(FOLDER, `${name}-${width}-${scheme}.jpg`)
  await page.screenshot({ path, clip, fullPage: true, type: 'jpeg', quality: 65 })
  process.stdout.write(`${path}\n`)
}

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER, { recursive: true })
await using fleet = await startTestFleet({
  keepDemoAlerts: true,
  env: { SANDBOX_PUBLISH_PER_MINUTE: '60', ALERT_CHECK_INTERVAL_MS: '10000' },
})
await liveIt(fleet)
await using browser = await openBrowser()
const { main, apiKey } = fleet.local()
const pages = await pagesOf(fleet)
for (const width of WIDTHS) {
  for (const colorScheme of SCHEMES) {
    const options = { viewport: { width, height: 900 }, colorScheme, locale: 'fr-FR', timezoneId: 'Europe/Paris' }
    const stranger = await (await browser.newContext(options)).newPage()
    await stranger.goto(`${main.url}/login`)
    await shoot(stranger, 'login', width, colorScheme)
    const page = await browser.newOwnerPage({ url: main.url, apiKey }, options)
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(main.url + path)
      await page.waitForTimeout(700) // Photos and charts.
      await shoot(page, name, width, colorScheme)
    }
    await page.context().close()
  }
}
