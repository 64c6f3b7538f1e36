import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase } from '../../../shared/database/open-database.ts'
import type { Database } from '../../../shared/database/open-database.ts'
import { hashOf } from '../../../main-worker/people/codes.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'
import { openChat } from './chat.ts'
import type { Chat } from './chat.ts'

const OWNER = 1_000_001
const LINK = 'https://www.vinted.fr/catalog?search_text=manteau%20hermine&price_to=80&order=relevance'

let fleet: TestFleet
let database: Database
let owner: Chat
let member: Chat

const publish = async (...listings: Record<string, unknown>[]): Promise<number[]> => {
  const coat = { brand: 'Hermine', size: 'M', statusId: 2, price: 40, sellerLogin: 'boutique', business: true }
  const all = listings.map((listing) => Object.assign({}, coat, listing))
  return (await fleet.control('POST', 'listings', { market: 'fr', listings: all })).ids
}
const invite = (code: string, role: 'member' | 'viewer', name: string): Promise<null> =>
  database.call('create_invitation', { code_hash: hashOf(code), role, name, ttl_ms: 60_000 })
const alerts = async (): Promise<Json[]> => (await fleet.api('GET', '/api/v1/alerts')).body.alerts
const alertNamed = async (name: string): Promise<Json> =>
  (await alerts()).find((alert) => alert.name === name) ?? assert.fail(`no alert ${name}`)

before(async () => {
  fleet = await startTestFleet({ args: ['--workers', 'fr'] })
  const { url, key } = fleet.local().database
  database = openDatabase(url, key)
  owner = openChat(fleet.control, OWNER)
  member = openChat(fleet.control, 5001)
})
after(() => fleet.stop())

test('a stranger is refused politely once, in their language, and changes nothing', async () => {
  const stranger = openChat(fleet.control, 666, { language: 'en-GB' })
  await stranger.write('hello')
  await stranger.reads(/This bot is private/)
  await stranger.write(LINK)
  await stranger.write('/list')
  await stranger.write('/start WRONGONE')
  await owner.write('/help')
  await owner.reads(/mode|\/list/)
  await owner.write('/help')
  await owner.reads(/\/quiet/)
  assert.equal((await stranger.messages()).length, 1)
  assert.deepEqual(await alerts(), [])
})

test('the menu stands in both languages', async () => {
  const menu = async (language?: string): Promise<Json[]> => {
    const query = language === undefined ? '' : `?language_code=${language}`
    const url = `${fleet.local().sandbox.url}/bot1000000:sandbox-token-of-this-machine-only/getMyCommands${query}`
    return (await fleet.send(url, 'GET', undefined, {})).body.result
  }
  assert.equal((await menu('fr')).find(({ command }) => command === 'list')?.description, 'Vos alertes et leur état')
  assert.equal(
    (await menu('en')).find(({ command }) => command === 'list')?.description,
    'Your alerts and how they are',
  )
  assert.equal((await menu()).length, 13)
})

test('an invitation lets a member in', async () => {
  await invite('ABCD2345', 'member', 'Camille')
  await member.write('/start ABCD2345')
  await member.reads(/Bienvenue, Camille/)
})

test('a pasted link is shown, edited, shown again, and saved for the chat that pasted it', async () => {
  await publish({ title: 'Manteau hermine bleu' }, { title: 'Manteau hermine lot', price: 30 })
  await member.write(`Regarde ${LINK} !`)
  const first = await member.reads(/Aperçu : manteau hermine/)
  assert.match(first.text, /Compris : marché FR · mots manteau hermine · prix max 80,00 €/)
  assert.match(first.text, /Ignoré : order=relevance \(je regarde toujours les plus récentes\)/)
  assert.match(first.text, /2 annonces sur 2 correspondent maintenant/)
  assert.match(first.text, /• Manteau hermine bleu – 40,00 € \(42,70 € avec les frais\)/)
  assert.deepEqual(
    first.buttons.map(({ text }) => text),
    ['Enregistrer', 'Modifier', 'Annuler'],
  )
  await member.press(/Modifier/)
  await member.reads(/Un changement par ligne/)
  await member.write('max 50\nsans lot, enfant\nnom Manteaux')
  const second = await member.reads(/Aperçu : Manteaux/)
  assert.match(second.text, /prix max 50,00 € · sans lot, enfant/)
  assert.match(second.text, /1 annonce sur 2 correspond maintenant/)
  assert.match(second.text, /Écartées : mot exclu 1\./)
  await member.press(/Enregistrer/)
  await member.reads(/Alerte enregistrée : Manteaux/)
  const alert = await alertNamed('Manteaux')
  assert.deepEqual(
    [alert.chatId, alert.priceMax, alert.excludedWords, alert.language],
    ['5001', 50, ['lot', 'enfant'], 'fr'],
  )
  assert.notEqual(alert.personId, null)
  assert.ok((await member.all()).some(({ method }) => method === 'editMessageReplyMarkup'))
  await member.press(/Enregistrer/)
  await eventually(async () => assert.ok((await member.toasts()).some((toast) => /Déjà enregistrée/.test(toast))))
  assert.equal((await alerts()).length, 1)
})

test('an older preview’s buttons and links that are no search do nothing', async () => {
  await member.write('https://www.vinted.fr/items/123-veste')
  await member.reads(/lien d’une seule annonce/)
  await member.write('/add https://www.vinted.fr/catalog?price_to=30')
  await member.reads(/ni mots, ni catégorie/)
  await member.write('https://www.vinted.fr/catalog?search_text=gants')
  await member.reads(/Aperçu : gants/)
  await member.press(/Annuler/)
  await member.reads(/rien n’est enregistré/)
  assert.equal((await alerts()).length, 1)
})

test('a find arrives with its buttons; More shows description, seller and an album', async () => {
  await fleet.runOnce()
  await member.reads(/Manteaux : une annonce est déjà là/)
  await publish({ title: 'Manteau hermine <b>rouge</b>' })
  await fleet.runOnce()
  const find = await member.reads(/Manteau hermine <b>rouge<\/b>/)
  assert.equal(find.method, 'sendPhoto')
  assert.deepEqual(
    find.buttons.map(({ text }) => text),
    ['Ouvrir', 'Masquer le vendeur', 'Mettre en pause', 'Plus'],
  )
  await member.press(/Plus/)
  const more = await member.reads(/Vendeur : /)
  assert.match(more.text, /Manteau hermine <b>rouge<\/b>\n40,00 €\nVendeur : [45],?\d?\/5 \(\d+ avis\)\nPays : FR/)
  const album = await member.reads(/4 photos/)
  assert.equal(album.method, 'sendMediaGroup')
  assert.equal(album.photos?.length, 4)
})

test('More says that a listing is gone', async () => {
  await fleet.control('POST', 'faults', { mode: 'gone', path: '/items', count: 1 })
  await member.press(/Plus/)
  await member.reads(/n’existe plus/)
})

test('a seller is muted for that alert, and shown again', async () => {
  await member.press(/Masquer le vendeur/)
  await member.reads(/Ce vendeur est masqué pour Manteaux/)
  assert.equal((await alertNamed('Manteaux')).blockedSellers.length, 1)
  await member.press(/^Annuler$/)
  await member.reads(/de nouveau visible pour Manteaux/)
  assert.deepEqual((await alertNamed('Manteaux')).blockedSellers, [])
  await member.write('/mute 1 boutique')
  await member.reads(/Vendeur boutique masqué pour Manteaux/)
  await member.write('/mute')
  await member.reads(/1\. Manteaux – boutique/)
  await member.press(/Montrer boutique/)
  await member.reads(/Vendeur boutique de nouveau visible/)
})

test('an alert is paused by its find, resumed by its answer, and snoozed by command', async () => {
  await member.press(/Mettre en pause/)
  await member.reads(/En pause : Manteaux/)
  assert.equal((await alertNamed('Manteaux')).isActive, false)
  await member.press(/Reprendre/)
  await member.reads(/Reprise : Manteaux/)
  assert.equal((await alertNamed('Manteaux')).isActive, true)
  await member.write('/snooze 1 2h')
  await member.reads(/Reportée jusqu’à \d\d:\d\d : Manteaux/)
  const left = Date.parse((await alertNamed('Manteaux')).pausedUntil) - Date.now()
  assert.ok(left > 7_000_000 && left <= 7_200_000, String(left))
  await member.write('/list')
  const list = await member.reads(/1\. Manteaux – reportée jusqu’à/)
  assert.deepEqual(
    list.buttons.map(({ text }) => text),
    ['1 · Reprendre'],
  )
  await member.write('/resume 1')
  await member.reads(/Reprise : Manteaux/)
  await member.write('/snooze jusqu’à 18:00')
  await member.reads(/Quelle alerte reporter jusqu’à .*18:00/)
  await member.press(/1\. Manteaux/)
  await member.reads(/Reportée jusqu’à .*18:00/)
  await member.write('/resume 7')
  await member.reads(/pas d’alerte n° 7/)
})

test('quiet hours, language, state, test message and help', async () => {
  await member.write('/quiet 22h-8h europe/brussels')
  await member.reads(/Heures calmes : de 22:00 à 08:00 \(Europe\/Brussels\)/)
  const camille = (await database.call('list_people', {})).find(({ name }) => name === 'Camille')
  assert.deepEqual([camille?.quietFrom, camille?.quietUntil, camille?.timeZone], ['22:00', '08:00', 'Europe/Brussels'])
  await member.write('/quiet off')
  await member.reads(/Pas d’heures calmes/)
  await member.write('/lang en')
  await member.reads(/I speak English/)
  assert.equal((await alertNamed('Manteaux')).language, 'en')
  await member.write('/stats')
  await member.reads(/1 of 1 region at work\.\nLast check .* ago\.\n1 find in 24 hours, 0 active alerts\./)
  await member.write('/test')
  await member.reads(/Test message/)
})

test('a login link comes in private only, works once, and is in no stored message', async () => {
  await member.write('/login')
  const { text } = await member.reads(/Open this link within ten minutes/)
  const code = /\/login\/(\S+)/.exec(text)?.[1] ?? ''
  assert.ok(!JSON.stringify((await fleet.api('GET', '/api/v1/outbox')).body).includes(code))
  assert.notEqual(await database.call('use_login_link', { code_hash: hashOf(code) }), null)
  assert.equal(await database.call('use_login_link', { code_hash: hashOf(code) }), null)
})

test('a member changes nobody else’s alerts, and does not see them', async () => {
  const id = await fleet.createAlert({ market: 'fr', searchText: 'secret', name: 'Owner’s own' })
  await fleet.control('POST', 'telegram/updates', { chat: 5001, data: `pause:${id}` })
  await eventually(async () => assert.equal((await member.toasts()).at(-1), 'This alert is not yours.'))
  assert.equal((await alertNamed('Owner’s own')).isActive, true)
  await member.write('/list')
  assert.doesNotMatch((await member.reads(/Manteaux/)).text, /Owner/)
})

test('a group saves for its topic; a viewer looks and changes nothing', async () => {
  await invite('WXYZ6789', 'viewer', 'Dominique')
  const viewer = openChat(fleet.control, -100_500, { language: 'en', topic: 7 })
  await viewer.write('/start@vigie_sandbox_bot WXYZ6789')
  assert.equal((await viewer.reads(/Welcome, Dominique/)).topic, 7)
  await viewer.write('/list@some_other_bot')
  await viewer.write('/list')
  assert.deepEqual((await viewer.reads(/1\. Owner’s own – active/)).buttons, [])
  for (const text of ['/pause 1', LINK]) {
    await viewer.write(text)
    await viewer.reads(/You may look, not change/, 30_000)
  }
  await viewer.write('/login')
  await viewer.reads(/Ask me for a link in private/)
  assert.equal((await alertNamed('Owner’s own')).isActive, true)
})

test('the owner may do it all, and their alerts are nobody’s', async () => {
  await owner.write(LINK)
  await owner.reads(/Aperçu : manteau hermine/)
  await owner.press(/Enregistrer/)
  await owner.reads(/Alerte enregistrée/)
  const alert = (await alerts()).find(({ chatId, name }) => chatId === String(OWNER) && name !== 'Owner’s own')
  assert.equal(alert?.personId, null)
})

test('when the site refuses, the preview says why and the alert may be saved all the same', async () => {
  await fleet.control('POST', 'faults', { mode: 'forbidden' })
  await owner.write('https://www.vinted.fr/catalog?search_text=bottes')
  const refused = await owner.reads(/L’aperçu n’a pas marché : /, 30_000)
  assert.match(refused.text, /refusé/)
  await owner.press(/Enregistrer/)
  await owner.reads(/Alerte enregistrée : bottes/)
  await owner.write('https://www.vinted.fr/catalog?search_text=bottes')
  await owner.reads(/toutes les régions se reposent jusqu’à \d\d:\d\d/, 30_000)
})
