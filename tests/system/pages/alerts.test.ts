import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { visitAs, visitAsOwner } from '../../support/pages/visit-pages.ts'
import type { Fields, Visitor } from '../../support/pages/visit-pages.ts'

const LINK = 'https://www.vinted.fr/catalog?search_text=nike&price_to=60&order=relevance&foo=1'
const idIn = (location: string): string => /^\/alerts\/([0-9a-f-]{36})/.exec(location)?.[1] ?? assert.fail(location)

/** What a browser would send back: the fields of the form as they stand on the page. */
function fieldsOf(html: string): Record<string, string | string[]> {
  const form = /<form[^>]*id="alert-form"[\s\S]*?<\/form>/.exec(html)?.[0] ?? assert.fail('no form')
  const fields: Record<string, string | string[]> = {}
  const text = (value = ''): string =>
    value
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&')
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const [, name = ''] = /\bname="([^"]*)"/.exec(tag) ?? []
    const [, value] = /\bvalue="([^"]*)"/.exec(tag) ?? []
    if (!tag.includes('type="checkbox"')) fields[name] = text(value)
    else if (/\bchecked/.test(tag)) fields[name] = [fields[name] ?? [], text(value)].flat()
  }
  for (const [, name = '', value] of form.matchAll(/<textarea[^>]*\bname="([^"]*)"[^>]*>([\s\S]*?)<\/textarea/g))
    fields[name] = text(value)
  for (const [, name = '', options = ''] of form.matchAll(/<select[^>]*\bname="([^"]*)"[^>]*>([\s\S]*?)<\/select/g))
    fields[name] = /<option value="([^"]*)"\s+selected/.exec(options)?.[1] ?? ''
  return fields
}

describe('the pages of alerts', () => {
  let fleet: TestFleet
  let owner: Visitor
  before(async () => {
    fleet = await startTestFleet({ args: ['--workers', 'fr'], env: { TELEGRAM_CHAT_ID: '1000001' } })
    await fleet.control('POST', 'listings', {
      market: 'fr',
      listings: [
        { title: '<script>nike</script> "veste"', brand: 'Nike', size: 'M', statusId: 2, price: 20 },
        { title: 'Nike lot', brand: 'Nike', size: 'L', statusId: 2, price: 30 },
      ],
    })
    owner = await visitAsOwner(fleet)
  })
  after(() => fleet.stop())

  const alerts = async (): Promise<Record<string, unknown>[]> => (await fleet.api('GET', '/api/v1/alerts')).body.alerts
  const alert = async (id: string) => (await fleet.api('GET', `/api/v1/alerts/${id}`)).body
  const paste = async (visitor: Visitor, more: Fields = {}): Promise<string> => {
    const review = await visitor.post('/alerts/new', { links: LINK })
    assert.equal(review.status, 200)
    const saved = await visitor.post('/alerts/new', { ...fieldsOf(review.html), ...more, intent: 'save' })
    assert.equal(saved.status, 303, saved.html)
    return idIn(saved.location)
  }
  const removeAll = async (): Promise<void> => {
    for (const { id } of await alerts()) await fleet.api('DELETE', `/api/v1/alerts/${String(id)}`)
  }

  test('a pasted link says what was understood and left out, what it would find now and what each filter drops; then it is saved once', async () => {
    const review = await owner.post('/alerts/new', { links: `Regarde ${LINK} !` })
    assert.match(review.html, /Mots cherchés[\s\S]*nike[\s\S]*Prix maximum[\s\S]*60,00/)
    assert.match(review.html, /foo[\s\S]*paramètre inconnu/)
    const form = { ...fieldsOf(review.html), excludedWords: 'lot' }
    const preview = await owner.post('/alerts/preview', form)
    assert.equal(preview.status, 200)
    assert.match(preview.html, /annonces? passerai/)
    assert.match(preview.html, /1 mot exclu/)
    assert.match(preview.html, /&lt;script&gt;nike/)
    const whole = await owner.post('/alerts/new', { ...form, intent: 'preview' })
    assert.match(whole.html, /1 mot exclu/, 'without scripts the whole page shows it')
    const saved = await owner.post('/alerts/new', { ...form, intent: 'save' })
    const again = await owner.post('/alerts/new', { ...form, intent: 'save' })
    assert.equal(saved.location, again.location)
    const { searchText, priceMax, excludedWords, chatId, name } = await alert(idIn(saved.location))
    assert.deepEqual(
      { searchText, priceMax, excludedWords, chatId, name },
      { searchText: 'nike', priceMax: 60, excludedWords: ['lot'], chatId: '1000001', name: 'nike · fr' },
    )
    assert.equal((await alerts()).length, 1)
    assert.match((await owner.get(saved.location)).html, /Alerte enregistrée/)
    await removeAll()
  })

  test('a paused fleet gives no preview but its reason, and an alert can be saved all the same', async () => {
    await fleet.api('POST', '/api/v1/fleet/pause', { reason: 'holidays' })
    try {
      const preview = await owner.post('/alerts/preview', { market: 'fr', searchText: 'nike' })
      assert.match(preview.html, /en pause[\s\S]*holidays[\s\S]*peut être enregistrée/)
      const id = await paste(owner)
      assert.match((await owner.get('/alerts')).html, /holidays/)
      assert.match((await owner.get(`/alerts/${id}`)).html, /avec le prochain cycle/)
    } finally {
      await fleet.api('POST', '/api/v1/fleet/resume')
      await removeAll()
    }
  })

  test('many links at once: what each means, which is refused and why; the good ones are saved together, once', async () => {
    const links = `${LINK}\nhttps://www.ebay.com/x\nhttps://www.vinted.co.uk/catalog?brand_ids[]=53`
    const { html } = await owner.post('/alerts/new', { links })
    assert.match(html, /3 liens[\s\S]*Enregistrer 2 alertes[\s\S]*www\.ebay\.com n’est pas un site de Vinted/)
    const [, draft = ''] = /name="draft" value="([^"]*)"/.exec(html) ?? []
    for (let i = 0; i < 2; i += 1) {
      const saved = await owner.post('/alerts/new', { links, draft, intent: 'save-all' })
      assert.equal(saved.location, '/alerts?done=linked&n=2&refused=1')
    }
    assert.deepEqual((await alerts()).map(({ market }) => market).sort(), ['fr', 'uk'])
    assert.match((await owner.get('/alerts?done=linked&n=2&refused=1')).html, /1 lien a été refusé/)
    await removeAll()
  })

  test('a wrong field is told beside it and what was typed stays; another search is asked about before it begins', async () => {
    const id = await paste(owner)
    await fleet.runOnce()
    const form = fieldsOf((await owner.get(`/alerts/${id}/edit`)).html)
    const wrong = await owner.post(`/alerts/${id}/edit`, { ...form, priceMax: 'douze', intent: 'save' })
    assert.equal(wrong.status, 422)
    assert.match(wrong.html, /value="douze"[\s\S]*id="wrong-priceMax"/)
    const filtered = await owner.post(`/alerts/${id}/edit`, { ...form, excludedWords: 'lot', intent: 'save' })
    assert.equal(filtered.location, `/alerts/${id}?done=saved`)
    const asked = await owner.post(`/alerts/${id}/edit`, { ...form, searchText: 'adidas', intent: 'save' })
    assert.equal(asked.status, 422)
    assert.match(asked.html, /commence une nouvelle recherche : la prochaine vérification/)
    assert.equal((await alert(id)).searchText, 'nike')
    await owner.post(`/alerts/${id}/edit`, { ...form, searchText: 'adidas', intent: 'save-anew' })
    const { searchText, lastCheckedAt, url } = await alert(id)
    assert.deepEqual([searchText, lastCheckedAt], ['adidas', null])
    assert.match(url, /search_text=adidas/)
    await removeAll()
  })

  test('pause, resume, snooze, clone and a test message, each from the page of the alert', async () => {
    const id = await paste(owner)
    await fleet.runOnce()
    assert.match((await owner.get(`/alerts/${id}`)).html, /24 heures : 1 bonne vérification/)
    await owner.post(`/alerts/${id}/pause`)
    assert.equal((await alert(id)).isActive, false)
    assert.match((await owner.get('/alerts?state=paused')).html, new RegExp(id))
    await owner.post(`/alerts/${id}/resume`)
    assert.equal((await alert(id)).isActive, true)
    await owner.post(`/alerts/${id}/snooze`, { for: '8h', at: '' })
    const hours = (Date.parse((await alert(id)).pausedUntil) - Date.now()) / 3_600_000
    assert.ok(hours > 7.9 && hours <= 8)
    const past = await owner.post(`/alerts/${id}/snooze`, { for: 'at', at: '2020-01-01T08:00' })
    assert.equal(past.location, `/alerts/${id}?done=badTime`)
    const clone = idIn((await owner.post(`/alerts/${id}/clone`, { market: 'uk' })).location)
    assert.deepEqual([(await alert(clone)).market, (await alert(clone)).searchText], ['uk', 'nike'])
    const tested = await owner.post(`/alerts/${id}/test`)
    assert.equal(tested.location, `/alerts/${id}?done=tested`)
    await eventually(async () => {
      const texts = (await fleet.messages('1000001')).map(({ text }) => text ?? '')
      assert.ok(
        texts.some((text) => text.includes('Message d’essai')),
        texts.join('\n'),
      )
    })
    await removeAll()
  })

  test('many alerts at once: pause them, and delete them after the question with their count', async () => {
    const ids = [
      await paste(owner),
      await paste(owner, { searchText: 'adidas' }),
      await paste(owner, { searchText: 'zara' }),
    ]
    const two = ids.slice(0, 2)
    assert.equal(
      (await owner.post('/alerts/bulk', { action: 'pause', ids: two })).location,
      '/alerts?done=bulkPaused&n=2',
    )
    assert.deepEqual((await alerts()).map(({ isActive }) => isActive).sort(), [false, false, true])
    const all = await owner.post('/alerts/bulk', { action: 'resume', all: 'yes', state: 'paused' })
    assert.equal(all.location, '/alerts?state=paused&done=bulkResumed&n=2', 'and the list stays narrowed')
    const asked = await owner.post('/alerts/bulk', { action: 'delete', ids: two })
    assert.match(asked.html, /Supprimer 2 alertes \?/)
    assert.equal((await alerts()).length, 3)
    await owner.post('/alerts/bulk', { action: 'delete', ids: two, confirmed: 'yes' })
    assert.deepEqual(
      (await alerts()).map(({ id }) => id),
      [ids[2]],
    )
    assert.equal((await owner.post('/alerts/bulk', { action: 'pause' })).location, '/alerts?done=nothing&n=0')
    await removeAll()
  })

  test('export, delete, import gives the same alerts; again adds none; a file with a mistake changes nothing', async () => {
    await paste(owner, { excludedWords: 'lot\nhomme, femme', maxMessagesPerHour: '5' })
    await paste(owner, { searchText: 'zara', name: '<b>"é"' })
    const before = await alerts()
    const json = (await owner.get('/alerts/export.json')).html
    const once = await owner.post('/alerts/import', { json })
    assert.equal(once.location, '/alerts?done=imported&n=0&skipped=2')
    await removeAll()
    const broken = JSON.stringify({ alerts: [...JSON.parse(json).alerts, { name: 'x', market: 'fr', priceMax: -1 }] })
    const refused = await owner.post('/alerts/import', { json: broken })
    assert.equal(refused.status, 422)
    assert.match(refused.html, /Alerte 3[\s\S]*priceMax/)
    assert.equal((await alerts()).length, 0)
    assert.equal((await owner.post('/alerts/import', { json })).location, '/alerts?done=imported&n=2&skipped=0')
    const past = { createdAt: '', lastCheckedAt: null, lastMatchAt: null }
    const byId = (list: Record<string, unknown>[]) =>
      Object.fromEntries(list.map((one) => [one['id'], { ...one, ...past }]))
    assert.deepEqual(byId(await alerts()), byId(before))
    assert.equal((await owner.post('/alerts/import', { json: 'no json' })).status, 400)
    await removeAll()
  })

  test('a member has their own alerts, told to their own chat, and those of others do not exist; a viewer only looks', async () => {
    const theirs = await paste(owner)
    const member = await visitAs(fleet, 'member', '2002002')
    const own = await paste(member, { chatId: '1000001', searchText: 'zara' })
    const { chatId, personId } = await alert(own)
    assert.deepEqual([chatId, personId], ['2002002', member.personId])
    const { html } = await member.get('/alerts')
    assert.ok(html.includes(own) && !html.includes(theirs))
    for (const path of [`/alerts/${theirs}`, `/alerts/${theirs}/edit`])
      assert.equal((await member.get(path)).status, 404)
    for (const verb of ['pause', 'resume', 'test', 'delete'])
      assert.equal((await member.post(`/alerts/${theirs}/${verb}`)).status, 404, verb)
    assert.equal((await member.post(`/alerts/${theirs}/clone`, { market: 'uk' })).status, 404)
    assert.equal((await member.post(`/alerts/${theirs}/edit`, { market: 'fr', searchText: 'x' })).status, 404)
    assert.equal(
      (await member.post('/alerts/bulk', { action: 'pause', ids: [theirs, own] })).location,
      '/alerts?done=bulkPaused&n=1',
    )
    await member.post('/alerts/bulk', { action: 'delete', ids: [theirs], confirmed: 'yes' })
    assert.equal((await alert(theirs)).isActive, true)
    assert.ok(!(await member.get(`/alerts/export.json?ids=${theirs}`)).html.includes(theirs))
    assert.match((await owner.get('/alerts')).html, /a member/)

    const viewer = await visitAs(fleet, 'viewer', '2002003')
    const seen = await viewer.get(`/alerts/${theirs}`)
    assert.equal(seen.status, 200)
    assert.doesNotMatch(seen.html, new RegExp(`action="/alerts/`))
    for (const path of ['/alerts/new', '/alerts/import', `/alerts/${theirs}/edit`])
      assert.equal((await viewer.get(path)).status, 403, path)
    for (const path of [`/alerts/${theirs}/pause`, '/alerts/bulk', '/alerts/new', '/alerts/preview', '/alerts/import'])
      assert.equal((await viewer.post(path)).status, 403, path)
  })
})
