import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser } from '../../support/browser/open-browser.ts'
import type { TestBrowser } from '../../support/browser/open-browser.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { findViolations } from '../../support/browser/find-violations.ts'
import type { Json } from '../../support/json.ts'

const CHAT = '1000001'
/** What a stranger may call a thing: markup, quotes, a change of direction, emoji, 500 characters. */
const HOSTILE = Array.from(
  `Veste Quechua <script>alert(1)</script> "'& \u202Eesrever ${'😀'.repeat(9)}${'long '.repeat(100)}`,
)
  .slice(0, 500)
  .join('')
const jacket = { title: 'Veste Quechua rouge', brand: 'Quechua', brandId: 1234, size: 'M', statusId: 2, price: 25 }

describe('the control room, in a real browser', () => {
  let fleet: TestFleet
  let browser: TestBrowser
  let site: { url: string; apiKey: string }
  before(async () => {
    ;[fleet, browser] = await Promise.all([
      startTestFleet({ env: { HEALTH_CHECK_INTERVAL_MS: '2000' } }),
      openBrowser(),
    ])
    const { main, apiKey } = fleet.local()
    site = { url: main.url, apiKey }
  })
  after(async () => {
    await browser?.[Symbol.asyncDispose]()
    await fleet?.stop()
  })

  const owner = (options = {}): Promise<Page> => browser.newOwnerPage(site, { locale: 'fr-FR', ...options })

  test('nobody sees a page without a login; a wrong key is told, the right one leads to where one wanted to go', async () => {
    const page = await (await browser.newContext({ locale: 'fr-FR' })).newPage()
    await page.goto(`${site.url}/fleet/pause`)
    assert.equal(new URL(page.url()).pathname, '/login')
    await page.getByLabel('Clé API').fill('wrong')
    await page.getByRole('button', { name: 'Se connecter' }).click()
    await page.getByRole('alert').getByText('Cette clé n’est pas la bonne.').waitFor()
    assert.deepEqual(await page.context().cookies(), [])
    await page.getByLabel('Clé API').fill(site.apiKey)
    await page.getByRole('button', { name: 'Se connecter' }).click()
    await page.waitForURL(`${site.url}/fleet/pause`)
    const [cookie] = await page.context().cookies()
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Lax'])
    await page.context().close()
  })

  test('a one-time link works once, and only when its button is pressed', async () => {
    const { body } = await fleet.api('POST', '/api/v1/people/login-links')
    const looked = await fetch(body.url)
    assert.deepEqual([looked.status, looked.headers.get('set-cookie')], [200, null])
    for (const expected of ['/', new URL(body.url).pathname]) {
      const page = await (await browser.newContext()).newPage()
      await page.goto(body.url)
      await page.getByRole('main').getByRole('button').click()
      await page.waitForURL(site.url + expected)
      await page.context().close()
    }
  })

  test('another site cannot press a button for somebody who is logged in', async () => {
    const page = await owner()
    const evil = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(
        `<form method="post" action="${site.url}/fleet/pause"></form><script>document.forms[0].submit()</script>`,
      )
    }).listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => evil.once('listening', resolve))
      const answer = page.waitForResponse(`${site.url}/fleet/pause`)
      await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
      assert.equal((await answer).status(), 403)
    } finally {
      evil.close()
    }
    assert.equal((await fleet.api('GET', '/api/v1/worker/main/stats')).body.fleet.pause, null)
    await page.context().close()
  })

  test('paste a link, preview, save: a published listing appears on the home page without reload, within two seconds of its delivery', async () => {
    await fleet.control('POST', 'listings', { market: 'fr', listings: [{ ...jacket, title: 'Veste Quechua enfant' }] })
    const page = await owner()
    await page.goto(`${site.url}/alerts/new`)
    await page
      .locator('#links')
      .fill('https://www.vinted.fr/catalog?search_text=veste+quechua&price_to=40&utm_source=x')
    await page.getByRole('button', { name: 'Continuer' }).first().click()
    await page.getByText('Veste Quechua enfant').waitFor({ timeout: 30_000 })
    await page.locator('#field-excludedWords').fill('enfant')
    await page.getByRole('button', { name: 'Voir l’aperçu' }).click()
    await page.getByText('Veste Quechua enfant').waitFor({ state: 'detached', timeout: 30_000 })
    await page.locator('#field-name').fill('Vestes')
    await page.getByRole('button', { name: 'Enregistrer' }).first().click()
    await page.getByText('Alerte enregistrée.').waitFor()
    await fleet.runOnce()

    await page.goto(site.url)
    let loads = 0
    page.on('load', () => (loads += 1))
    await fleet.control('POST', 'listings', {
      market: 'fr',
      listings: [
        { ...jacket, title: 'Veste Quechua enfant, bis' },
        { ...jacket, title: HOSTILE },
      ],
    })
    await fleet.runOnce()
    const shown = page.locator('#finds').getByText('<script>alert(1)</script>')
    await shown.waitFor({ timeout: 15_000 })
    const seenAt = Date.now()
    const message = await eventually(async () => {
      const found = (await fleet.messages(CHAT)).find(({ caption }) => caption?.includes('<script>alert(1)</script>'))
      return (found as unknown as { time: string } | undefined) ?? assert.fail('not delivered')
    })
    assert.ok(seenAt - Date.parse(message.time) < 2_000, `${seenAt - Date.parse(message.time)} ms after its delivery`)
    assert.equal(loads, 0)
    await page.locator('#finds').getByText('26,95 € avec les frais').waitFor()
    assert.equal(await page.locator('#finds').getByText('enfant').count(), 0)
    await page.context().close()
  })

  test('an alert is edited, snoozed, resumed, cloned; many are paused at once; an export, imported, gives the same alerts', async () => {
    const page = await owner()
    await page.goto(`${site.url}/alerts`)
    await page.getByRole('link', { name: 'Vestes' }).click()
    await page.getByRole('link', { name: 'Modifier' }).click()
    await page.locator('#field-maxMessagesPerHour').fill('5')
    await page.getByRole('button', { name: 'Enregistrer' }).first().click()
    await page.getByText('Modification enregistrée.').waitFor()
    await page.getByRole('button', { name: 'Laisser dormir' }).click()
    await page.getByText('En sommeil.').waitFor()
    await page.getByRole('button', { name: 'Reprendre' }).click()
    await page.getByText('Reprise :').waitFor()
    await page.getByRole('button', { name: 'Copier vers' }).click()
    await page.getByText('Copie enregistrée').waitFor()

    await page.goto(`${site.url}/alerts`)
    const before = (await fleet.api('GET', '/api/v1/alerts')).body.alerts
    assert.equal(before.length, 2)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Tout exporter' }).click(),
    ])
    const exported = readFileSync(await download.path(), 'utf8')
    await page.getByLabel('Choisir tout ce qui est affiché').check()
    await page.getByLabel('Avec les alertes choisies').selectOption({ label: 'mettre en pause' })
    await page.getByRole('button', { name: 'Appliquer' }).click()
    await page.getByText('Alertes mises en pause').waitFor()
    const paused = (await fleet.api('GET', '/api/v1/alerts')).body.alerts
    assert.ok(paused.every((alert: Json) => !alert.isActive))
    await page.getByLabel('Choisir tout ce qui est affiché').check()
    await page.getByLabel('Avec les alertes choisies').selectOption({ label: 'supprimer' })
    await page.getByRole('button', { name: 'Appliquer' }).click()
    await page.getByRole('heading', { name: /2/ }).waitFor()
    await page.getByRole('button', { name: /^Oui/ }).click()
    await page.getByText('Alertes supprimées').waitFor()
    assert.deepEqual((await fleet.api('GET', '/api/v1/alerts')).body.alerts, [])
    await page.goto(`${site.url}/alerts/import`)
    await page.locator('#import-text').fill(exported)
    await page.getByRole('button', { name: 'Importer' }).click()
    await page.waitForURL(/done=/)
    const kept = ({ createdAt: _made, lastCheckedAt: _checked, lastMatchAt: _matched, ...alert }: Json): Json => alert
    const after = (await fleet.api('GET', '/api/v1/alerts')).body.alerts
    const byId = (one: Json, other: Json): number => (one.id < other.id ? -1 : 1)
    assert.deepEqual(after.map(kept).sort(byId), before.map(kept).sort(byId))
    await page.context().close()
  })

  test('a dead letter is shown in the channel’s own words, and is delivered when it is retried', async () => {
    await fleet.control('POST', 'telegram/faults', { chat: '4242', mode: '403' })
    await fleet.createAlert({ name: 'Bloquée', market: 'fr', searchText: 'blocked thing', chatId: '4242' })
    await fleet.runOnce()
    const page = await owner()
    await eventually(async () => {
      await page.goto(`${site.url}/deliveries?status=failed`)
      await page.getByText('bot was blocked by the user').first().waitFor({ timeout: 1_000 })
    })
    await fleet.control('DELETE', 'telegram/faults')
    await page.getByRole('button', { name: 'Réessayer', exact: true }).first().click()
    await eventually(async () => assert.equal((await fleet.messages('4242')).length, 1))
    await page.context().close()
  })

  test('a region that is refused shows its state, reason and end; unbanning and draining ask first', async () => {
    const page = await owner()
    await fleet.control('POST', 'faults', { egress: 'worker-fr', path: '/svc-catalogue/items', mode: 'forbidden' })
    // As many searches as regions and more: each gets one.
    for (const thing of ['lampe', 'table', 'chaise', 'vase'])
      await fleet.createAlert({ name: thing, market: 'fr', searchText: thing })
    await fleet.runOnce()
    const fr = page.locator('#worker-worker-fr')
    await fr.getByText('refusée par Vinted').waitFor({ timeout: 15_000 })
    await fr.getByText('Raison : 403').waitFor()
    assert.match((await fr.locator('p time').first().textContent()) ?? '', /dans (29|30)\smin/)
    await fleet.control('DELETE', 'faults')
    await fr.getByRole('button', { name: 'Lever le repos' }).click()
    await page.getByRole('heading', { name: /Lever le repos de FR/ }).waitFor()
    await page.getByRole('button', { name: 'Oui, lever le repos' }).click()
    await page.locator('#worker-worker-fr').getByText('au travail').waitFor()
    await page.locator('#worker-worker-fr').getByRole('button', { name: 'Mettre à l’écart' }).click()
    await page.getByRole('button', { name: 'Oui, mettre à l’écart' }).click()
    await page.locator('#worker-worker-fr').getByText('mise à l’écart').waitFor()
    await page.locator('#worker-worker-fr').getByRole('button', { name: 'Reprendre' }).click()
    await page.locator('#worker-worker-fr').getByText('au travail').waitFor()
    await page.context().close()
  })

  test('pausing everything asks with the count, says until when and why, and can be ended', async () => {
    const page = await owner()
    await page.getByRole('link', { name: 'Tout mettre en pause' }).click()
    await page.getByRole('heading', { name: /7 alertes actives ne seront plus vérifiées/ }).waitFor()
    await page.getByLabel('Durée').selectOption('4 heures')
    await page.getByLabel('Raison').fill('vacances')
    await page.getByRole('button', { name: 'Oui, tout mettre en pause' }).click()
    await page.locator('#state').getByText('Toute la flotte est en pause').waitFor()
    assert.match((await page.locator('#state').textContent()) ?? '', /fin dans 4\sh \(vacances\)/)
    await page.getByRole('button', { name: 'Tout reprendre' }).click()
    await page.locator('#worker-worker-fr').getByText('au travail').waitFor()
    await page.context().close()
  })

  test('signing out everywhere ends every login of that person', async () => {
    const [here, there] = [await owner(), await owner()]
    await here.getByRole('button', { name: 'Se déconnecter partout' }).click()
    await here.getByText('Vous êtes déconnecté.').waitFor()
    await there.goto(site.url)
    assert.equal(new URL(there.url()).pathname, '/login')
    await Promise.all([here, there].map((page) => page.context().close()))
  })

  test('axe finds nothing wrong on any page, a phone scrolls down only, and what strangers write stays text', async () => {
    const { alerts } = (await fleet.api('GET', '/api/v1/alerts')).body
    const { runs } = (await fleet.api('GET', '/api/v1/runs')).body
    const { evidence } = (await fleet.api('GET', '/api/v1/evidence')).body
    const run = runs.find(({ status }: Json) => status === 'done')
    const alert = `/alerts/${alerts[0].id}`
    const paths = ['/', '/alerts', '/alerts/new', '/alerts/import', alert, `${alert}/edit`, '/finds', '/deliveries']
    paths.push('/webhooks', '/runs', `/runs/${run.runId}`, '/evidence', `/evidence/${evidence[0].id}`, '/sessions')
    paths.push('/statistics', '/people', '/me', '/fleet/pause')
    const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const, bypassCSP: true }
    const page = await owner(phone)
    page.on('dialog', () => assert.fail('a stranger’s script ran'))
    const wrong: string[] = []
    for (const path of paths) {
      await page.goto(site.url + path)
      wrong.push(...(await findViolations(page)))
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'))
      if (width > 390) wrong.push(`${path} is ${width} px wide`)
    }
    await page.getByRole('button', { name: 'English' }).click()
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
    for (const path of paths) {
      await page.goto(site.url + path)
      wrong.push(...(await findViolations(page, ['color-contrast', 'html-has-lang', 'page-has-heading-one'])))
    }
    await page.getByRole('button', { name: 'Français' }).click()
    await page.goto(`${site.url}/login`)
    wrong.push(...(await findViolations(page)))
    assert.deepEqual(wrong, [])
    await page.context().close()
  })

  test('the language of a person is theirs: pages change with one press and stay so', async () => {
    const page = await owner()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Latest finds' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    await page.getByRole('button', { name: 'Français' }).click()
    await page.getByRole('heading', { name: 'Dernières trouvailles' }).waitFor()
    await page.context().close()
  })
})
