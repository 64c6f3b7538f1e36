import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FoundListing } from '#shared/contracts/listing.ts'
import type { ClaimedMessage, Notification } from '#shared/database/outbox.ts'
import type { OutgoingMessage } from '#shared/messaging/messaging-provider.ts'
import { renderNotification } from '#shared/outbox/render-notification.ts'
import { makeFound } from '../make-listing.ts'

const note = (over: Partial<Notification> = {}): Notification => ({
  id: 'n1',
  alertId: null,
  alertName: 'Nike à Paris',
  language: 'fr',
  kind: 'find',
  event: 'new',
  payload: { listing: makeFound() },
  attempts: 1,
  unclearSends: 0,
  createdAt: '2026-11-22T09:05:01Z',
  ...over,
})
const claim = (notifications: Notification[], isDigest = false): ClaimedMessage => ({
  claimId: 'c1',
  channel: 'telegram',
  destination: '1',
  topicId: null,
  isDigest,
  timeZone: null,
  channelFailures: 0,
  notifications,
})
const render = (over: Partial<Notification> = {}) => renderNotification(claim([note(over)]))
const find = (listing: Partial<FoundListing>) => render({ payload: { listing: makeFound(listing) } })
const several = (count: number, newest: FoundListing[]) => ({ payload: { count, newest } })
const three = [1, 2, 3].map((itemId) => makeFound({ itemId, title: `Listing ${itemId}` }))

/** What a reader sees once Telegram has parsed the markup. */
const parsed = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')

test('a find says title, price, price with fees, brand, size, condition, market, time and alert, in French', () => {
  assert.equal(
    render().plain,
    [
      'Nike Air Max 90',
      '30,00 € (32,20 € avec les frais)',
      'Nike · 42 · Très bon état',
      'FR · trouvé à 09:05 UTC',
      'Alerte : Nike à Paris',
    ].join('\n'),
  )
})

test('and in English', () => {
  const listing = makeFound({ market: 'uk', currency: 'GBP', url: 'https://www.vinted.co.uk/items/1' })
  assert.equal(
    render({ language: 'en', payload: { listing } }).plain,
    [
      'Nike Air Max 90',
      '£30.00 (£32.20 with fees)',
      'Nike · 42 · Très bon état',
      'UK · found at 09:05 UTC',
      'Alert: Nike à Paris',
    ].join('\n'),
  )
})

test('a find comes with its photo, a button that opens it, and those that the bot hears', () => {
  const { photoUrl, buttons } = find({ seller: { id: 7 } })
  assert.equal(photoUrl, makeFound().photoUrl)
  assert.deepEqual(buttons, [
    [{ label: 'Ouvrir', url: makeFound().url }],
    [
      { label: 'Masquer le vendeur', data: 'mute:n1' },
      { label: 'Mettre en pause', data: 'stop:n1' },
      { label: 'Plus', data: 'more:n1' },
    ],
  ])
  assert.deepEqual(
    render({ language: 'en' })
      .buttons.flat()
      .map(({ label }) => label),
    ['Open', 'Pause alert', 'More'],
  )
})

test('where no bot listens a find has no button for it', () => {
  const { buttons } = renderNotification({ ...claim([note()]), channel: 'console' })
  assert.deepEqual(buttons, [[{ label: 'Ouvrir', url: makeFound().url }]])
})

test('what the site did not say is left out', () => {
  const { plain, photoUrl } = find({ totalPrice: null, brand: null, size: null, condition: null, photoUrl: null })
  assert.equal(plain, 'Nike Air Max 90\n30,00 €\nFR · trouvé à 09:05 UTC\nAlerte : Nike à Paris')
  assert.equal(photoUrl, null)
})

test('a price drop says so', () => {
  assert.match(render({ kind: 'drop', event: 'drop:25' }).plain, /^Baisse de prix · Nike Air Max 90\n/)
  assert.match(render({ kind: 'drop', language: 'en' }).plain, /^Price drop · /)
})

test('two alerts that match one listing make one message naming both', () => {
  const { plain } = renderNotification(claim([note(), note({ alertName: 'Tout Nike' })]))
  assert.match(plain, /\nAlertes : Nike à Paris, Tout Nike$/)
  assert.equal(plain.match(/Nike Air Max 90/g)?.length, 1)
})

test('markup written by a stranger is shown, never obeyed', () => {
  const { html, plain } = find({ title: '<b>&"x"</b>', brand: '<a href="https://evil.example">', size: '&amp;' })
  assert.match(html, /^<b>&lt;b&gt;&amp;&quot;x&quot;&lt;\/b&gt;<\/b>\n/)
  assert.ok(!html.includes('<a '))
  assert.equal(parsed(html), plain)
})

const linksOf = ({ buttons }: OutgoingMessage) => buttons.flat().filter((button) => !button.label.includes('pause'))

test('a link leads to the market’s own site or nowhere', () => {
  const elsewhere = [
    'https://evil.example/items/1',
    'https://www.vinted.fr.evil.example/items/1',
    'https://vinted.fr/items/1',
    'http://www.vinted.fr/items/1',
    'https://www.vinted.fr@evil.example/items/1',
    'https://www.vinted.fr:8443/items/1',
    'https://www.vinted.nl/items/1',
    'javascript:alert(1)',
    '/items/1',
    '',
  ]
  for (const url of elsewhere) {
    assert.deepEqual(linksOf(find({ url })), [], url)
    assert.ok(!render({ kind: 'baseline', ...several(1, [makeFound({ url })]) }).html.includes('href'), url)
  }
  assert.deepEqual(linksOf(find({ market: 'xx' })), [])
})

test('a listing in a currency that nobody knows is told all the same', () => {
  for (const currency of ['XXX', '', 'euro', '€']) assert.match(find({ currency }).plain, /30/, currency)
})

test('a baseline is one message: nothing, one, or how many with the newest three', () => {
  assert.equal(
    render({ kind: 'baseline', ...several(0, []) }).plain,
    'Nike à Paris : rien pour l’instant. Les nouvelles annonces arriveront ici.',
  )
  assert.equal(
    render({ kind: 'baseline', language: 'en', ...several(1, three.slice(0, 1)) }).plain,
    'Nike à Paris: one listing is there already. New ones will arrive here.\nThe newest:\n• Listing 1 – €30.00 (€32.20 with fees)',
  )
  const { plain, html } = render({ kind: 'baseline', ...several(37, three) })
  assert.equal(
    plain,
    [
      'Nike à Paris : 37 annonces sont déjà là. Les nouvelles arriveront ici.',
      'Les 3 plus récentes :',
      ...[1, 2, 3].map((place) => `• Listing ${place} – 30,00 € (32,20 € avec les frais)`),
    ].join('\n'),
  )
  assert.match(html, /<a href="https:\/\/www\.vinted\.fr\/items\/[^"]+">Listing 1<\/a>/)
})

test('what came meanwhile is one digest that says how many more there are', () => {
  const { plain } = render({ kind: 'digest', language: 'en', ...several(12, three) })
  assert.match(plain, /^Nike à Paris: 12 listings in the meantime\n/)
  assert.match(plain, /\n… and 9 more$/)
})

const finds = (count: number, title = (place: number) => `Find ${place}`) =>
  Array.from({ length: count }, (_, place) => note({ payload: { listing: makeFound({ title: title(place) }) } }))

test('a digest of many messages names every find', () => {
  const { plain, photoUrl, buttons } = renderNotification(
    claim(
      finds(30, (place) => `${place} ${'x'.repeat(200)}`),
      true,
    ),
  )
  assert.match(plain, /^30 messages en un :\n/)
  for (let place = 0; place < 30; place += 1) assert.ok(plain.includes(`\n• ${place} xx`), String(place))
  assert.deepEqual([photoUrl, buttons], [null, []])
})

test('a digest names every find whatever letters their titles are made of', () => {
  const { plain } = renderNotification(
    claim(
      finds(30, (place) => `${place} ${'👟'.repeat(80)}`),
      true,
    ),
  )
  for (let place = 0; place < 30; place += 1) assert.ok(plain.includes(`\n• ${place} 👟`), String(place))
})

test('a digest of digests has room for a line of each', () => {
  const ten = Array.from({ length: 10 }, (_, place) => makeFound({ title: `${place} ${'x'.repeat(100)}` }))
  const notes = Array.from({ length: 30 }, (_, place) =>
    note({ kind: 'digest', alertName: `alert ${place}`, payload: { count: 40, newest: ten } }),
  )
  const { plain } = renderNotification(claim(notes, true))
  for (let place = 0; place < 30; place += 1) assert.ok(plain.includes(`alert ${place} `), String(place))
})

test('a claim without a notification is an error of ours', () => {
  assert.throws(() => renderNotification(claim([])), /c1 holds no notification/)
})

const reply = (photos: string[], lines = [[{ text: '<b>', bold: true as const }], [{ text: 'more' }]]) =>
  render({
    kind: 'notice',
    payload: { reply: { lines, buttons: [[{ label: 'Save', data: 'save:1' }]], photos }, language: 'en' },
  })

test('an answer of the bot is its lines with its buttons', () => {
  const { html, plain, buttons, photoUrl } = reply([])
  assert.deepEqual(
    [html, plain, buttons, photoUrl],
    ['<b>&lt;b&gt;</b>\nmore', '<b>\nmore', [[{ label: 'Save', data: 'save:1' }]], null],
  )
})

test('an answer with one picture is a photo, with several an album without buttons', () => {
  const [one, two] = ['https://images1.vinted.net/1', 'https://images1.vinted.net/2']
  assert.deepEqual([reply([one]).photoUrl, reply([one]).album], [one, undefined])
  const album = reply([one, two])
  assert.deepEqual([album.photoUrl, album.album, album.buttons], [null, [one, two], []])
})

test('of an answer that is too long the end is left out', () => {
  const long = Array.from({ length: 60 }, (_, place) => [{ text: `${place} ${'x'.repeat(100)}` }])
  assert.ok(Array.from(reply([], long as never).plain).length <= 4096)
  assert.ok(Array.from(reply(['https://images1.vinted.net/1'], long as never).plain).length <= 1024)
})

test('in a digest an answer is its first line', () => {
  const answer = note({
    kind: 'notice',
    payload: { reply: { lines: [[{ text: 'Saved' }], [{ text: 'x' }]], buttons: [], photos: [] }, language: 'en' },
  })
  const { plain } = renderNotification(claim([answer, ...finds(11)], true))
  assert.match(plain, /\nSaved\n• Find 0/)
})

test('a title that turns the direction of writing turns nothing but itself', () => {
  const { plain } = find({ title: 'cheap \u202e00.1 EUR\u2066' })
  assert.ok(plain.startsWith('cheap 00.1 EUR\n30,00 €'))
})

const hostile = fc.string({ unit: 'binary', maxLength: 600 })
const listings = fc.record({
  title: hostile,
  brand: fc.option(hostile),
  size: fc.option(hostile),
  condition: fc.option(hostile),
  price: fc.integer({ min: 0, max: 9_999_999 }),
})

test('no text is so long or so strange that a message breaks the limits or its markup', () => {
  const messages = fc.tuple(fc.array(fc.tuple(listings, hostile), { minLength: 1, maxLength: 12 }), fc.boolean())
  fc.assert(
    fc.property(messages, ([contents, isDigest]) => {
      const all = contents.map(([listing, alertName]) =>
        note({ alertName, payload: { listing: makeFound(listing as Partial<FoundListing>) } }),
      )
      const { html, plain } = renderNotification(claim(all, isDigest))
      assert.ok(Array.from(plain).length <= (isDigest ? 4096 : 1024))
      assert.equal(parsed(html), plain)
      assert.equal(html.match(/<b>/g)?.length ?? 0, html.match(/<\/b>/g)?.length ?? 0)
      assert.ok(Array.from(plain.trim()).length > 0)
    }),
    { numRuns: 60 },
  )
})

test('limits are counted after markup is parsed, so escaping costs nothing', () => {
  const title = '&'.repeat(200)
  const { html, plain } = find({ title })
  assert.ok(plain.startsWith(`${title}\n`))
  assert.ok(html.startsWith(`<b>${'&amp;'.repeat(200)}</b>\n`))
})

test('times are the reader’s where the zone is known, and UTC where it is not', () => {
  const message = claim([note()])
  assert.match(renderNotification(message).plain, /trouvé à \d\d:\d\d UTC/)
  const [own] = renderNotification({ ...message, timeZone: 'Europe/Paris' }).plain.match(/trouvé à .*/) ?? []
  assert.equal(own, 'trouvé à 10:05')
})

test('a digest that does not fit says how much it leaves out', () => {
  const message = claim([note()])
  const [first] = message.notifications
  const notifications = Array.from({ length: 200 }, () => first as (typeof message.notifications)[number])
  const { plain } = renderNotification({ ...message, isDigest: true, notifications })
  const shown = plain.split('\n').length - 2
  assert.ok(shown < 200 && plain.length <= 4_096)
  assert.match(plain, new RegExp(`… et ${200 - shown} de plus$`))
})
