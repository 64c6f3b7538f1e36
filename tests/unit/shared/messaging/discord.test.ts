import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { createDiscord } from '#shared/messaging/discord.ts'
import { discordPayload } from '#shared/messaging/discord-payload.ts'
import type { Delivery, OutgoingMessage } from '#shared/messaging/messaging-provider.ts'
import type { WebhookTarget } from '#shared/messaging/webhook-targets.ts'
import type { Posted } from '../../../../local/sandbox/receivers/discord.ts'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import { hostileTitles } from '../hostile-titles.ts'
import { startLocalServer } from '../local-server.ts'
import { makeFound } from '../make-listing.ts'
import { digest, find, inTime, note, outgoing } from './outgoing.ts'

let now = Date.now()
const clock = { now: () => now }
let sandbox: TestSandbox
before(async () => {
  sandbox = await startTestSandbox([], { clock })
})
after(() => sandbox.close())
afterEach(async () => {
  await sandbox.control('DELETE', 'receivers/faults')
  now += 60_000
})

const target = (webhook: number): WebhookTarget => ({
  url: `https://discord.com/api/webhooks/${webhook}/planted-token`,
  secret: '',
})
const provider = (apiRoot = sandbox.url, found: WebhookTarget | Delivery = target(1)) =>
  createDiscord({ findTarget: () => Promise.resolve(found), apiRoot, clock })
const send = (message: OutgoingMessage, found: WebhookTarget | Delivery = target(1)): Promise<Delivery> =>
  provider(sandbox.url, found).send('an-id', null, message, inTime)
const shown = (webhook: number) => sandbox.control<Posted[]>('GET', `discord/messages?webhook=${webhook}`)
const fault = (order: object) => sandbox.control('POST', 'receivers/faults', order)

/** What a reader sees, if nothing in it is markup: every character with a meaning must have been escaped. */
function asText(markdown: string): string {
  const left = markdown.replaceAll(/\\[^0-9A-Za-z\s]/g, '')
  assert.doesNotMatch(left, /[\\*_~`|<>[\]()#:@-]/, markdown)
  return markdown.replaceAll(/\\([^0-9A-Za-z\s])/g, '$1')
}

test('a find arrives as an embed with photo, link, prices and details, and pings nobody', async () => {
  assert.deepEqual(await send(find()), { kind: 'sent' })
  const [posted] = await shown(1)
  assert.deepEqual(posted?.message, {
    embeds: [
      {
        title: 'Nike Air Max 90',
        description: 'Alerte : Nike à Paris',
        url: 'https://www.vinted.fr/items/9547136593-nike-air-max-90',
        image: { url: 'https://images1.vinted.net/t/1/f800/1.webp' },
        fields: [
          { name: 'Prix', value: '30,00 €', inline: true },
          { name: 'Avec les frais', value: '32,20 €', inline: true },
          { name: 'Détails', value: 'Nike · 42 · Très bon état', inline: true },
          { name: 'Marché', value: 'FR', inline: true },
        ],
        timestamp: '2026-11-22T09:05:00.000Z',
        color: 0x00_77_82,
      },
    ],
    allowed_mentions: { parse: [] },
  })
})

test('whatever strangers write is shown as text, whole or cut between characters, and Discord takes it', async () => {
  for (const [place, title] of hostileTitles.entries()) {
    const webhook = target(100 + place)
    assert.deepEqual(await send(find({ title, brand: title, size: title }), webhook), { kind: 'sent' }, title)
    const [posted] = await shown(100 + place)
    const embed = posted?.message.embeds?.[0]
    const text = asText(embed?.title ?? '')
    for (const field of embed?.fields ?? []) asText(field.value)
    assert.ok((embed?.title?.length ?? 0) <= 256)
    assert.ok(text.isWellFormed(), text)
    assert.doesNotMatch(text, /[\u202a-\u202e\p{Cc}]/u)
    if (text.endsWith('…') && title.trim() !== '') assert.ok(title.startsWith(text.slice(0, -1)))
  }
})

test('a digest of many is one message within the limits that says how many it leaves out', async () => {
  const titles = Array.from({ length: 60 }, (_, place) => hostileTitles[place % hostileTitles.length] ?? '')
  assert.deepEqual(await send(digest(titles), target(2)), { kind: 'sent' })
  const [posted] = await shown(2)
  const embed = posted?.message.embeds?.[0]
  assert.equal(embed?.title, '60 messages en un :')
  const lines = embed?.description?.split('\n') ?? []
  assert.match(lines.at(-1) ?? '', /^… et \d+ de plus$/)
  for (const line of lines.slice(0, -1)) {
    const [, title = '', link = '', price = ''] = /^• \[(.*)\]\(([^()\s]*)\) – (.*)$/.exec(line) ?? []
    asText(title)
    asText(price)
    assert.equal(new URL(link).host, 'www.vinted.fr')
  }
})

test('a link that leads elsewhere is none, and a picture that is no https is none', () => {
  const [embed] = discordPayload(find({ url: 'https://evil.example/items/1', photoUrl: 'javascript:alert(1)' })).embeds
  assert.deepEqual([embed.url, embed.image], [undefined, undefined])
})

test('a baseline, a catch-up, a drop, a notice and a test each say what they are', async () => {
  const newest = [makeFound()]
  const titleOf = async (over: Parameters<typeof note>[0]) => {
    now += 60_000
    assert.deepEqual(await send(outgoing(note(over)), target(7)), { kind: 'sent' })
    const embed = (await shown(7)).at(-1)?.message.embeds?.[0]
    return [embed?.title, embed?.description?.split('\n')[0]]
  }
  assert.deepEqual(await titleOf({ kind: 'baseline', payload: { count: 0, newest: [] } }), [
    'Nike à Paris : rien pour l’instant. Les nouvelles annonces arriveront ici.',
    undefined,
  ])
  assert.deepEqual(await titleOf({ kind: 'baseline', payload: { count: 9, newest } }), [
    'Nike à Paris : 9 annonces sont déjà là. Les nouvelles arriveront ici.',
    '• [Nike Air Max 90](https://www.vinted.fr/items/9547136593-nike-air-max-90) – 30,00 €',
  ])
  assert.equal(
    (await titleOf({ kind: 'digest', payload: { count: 9, newest } }))[0],
    'Nike à Paris : 9 annonces entre-temps',
  )
  assert.equal((await titleOf({ kind: 'drop', event: 'drop:30.00' }))[1], '**Baisse de prix**')
  assert.match(
    String((await titleOf({ kind: 'notice', alertId: null, payload: { test: true, language: 'en' } }))[0]),
    /^Test message from Vigie/,
  )
})

test('two alerts that found one listing are one embed with both names', () => {
  const [embed] = discordPayload(outgoing(note(), note({ alertName: 'Baskets @here' }))).embeds
  assert.equal(embed.description, 'Alertes : Nike à Paris, Baskets \\@here')
  const names = Array.from({ length: 500 }, (_, place) => note({ alertName: `**${place}** ${'x'.repeat(90)}` }))
  assert.ok((discordPayload(outgoing(...names)).embeds[0].description ?? '').length <= 1_100)
})

test('what Discord refuses is told in its own words and kind, never with the address', async () => {
  const cases: [order: object, delivery: Delivery][] = [
    [
      { mode: '429', retryAfter: 1.25 },
      { kind: 'throttled', retryAfterMs: 1_250, error: '429 You are being rate limited.' },
    ],
    [{ mode: 'gone' }, { kind: 'gone', error: '404 Unknown Webhook (10015)' }],
    [
      { mode: 'status', status: 403 },
      { kind: 'gone', error: '403' },
    ],
    [
      { mode: 'status', status: 400 },
      { kind: 'rejected', error: '400' },
    ],
    [
      { mode: 'status', status: 502 },
      { kind: 'unclear', error: '502' },
    ],
    [{ mode: 'drop' }, { kind: 'unclear', error: 'no answer from Discord' }],
    [{ mode: 'redirect' }, { kind: 'rejected', error: '302' }],
  ]
  for (const [order, delivery] of cases) {
    await fault({ ...order, count: 1 })
    assert.deepEqual(await send(find(), target(3)), delivery)
  }
})

test('a connection that is refused has sent nothing, and says nothing of the address', async () => {
  const { url, close } = await startLocalServer(() => undefined)
  await close()
  assert.deepEqual(await provider(url).send('an-id', null, find(), inTime), {
    kind: 'not-sent',
    error: 'Discord cannot be reached',
  })
})

test('at the end of a burst the next message waits as long as Discord’s headers say, and none is refused', async () => {
  const discord = provider(sandbox.url, target(4))
  const gaps: number[] = []
  for (let message = 0; message < 7; message += 1) {
    assert.deepEqual(await discord.send('an-id', null, find(), inTime), { kind: 'sent' })
    const gap = discord.gapMs.destination('an-id')
    gaps.push(gap)
    now += gap
  }
  assert.equal(gaps[0], 400)
  assert.equal((await shown(4)).length, 7)
  // Without a pause between them the fifth is the last of its two seconds.
  for (let message = 0; message < 5; message += 1) await discord.send('other', null, find(), inTime)
  assert.ok(discord.gapMs.destination('other') > 400)
})

test('a webhook of a thread is called in its thread; what cannot be found or comes too late is not sent', async () => {
  const thread = { url: `${target(5).url}?thread_id=77`, secret: '' }
  assert.deepEqual(await send(find(), thread), { kind: 'sent' })
  assert.equal((await shown(5))[0]?.thread, '77')
  const removed: Delivery = { kind: 'rejected', error: 'this webhook was removed' }
  assert.deepEqual(await send(find(), removed), removed)
  assert.equal((await send(find(), { url: 'https://evil.example/api/webhooks/1/t', secret: '' })).kind, 'gone')
  assert.equal((await provider(sandbox.url, target(6)).send('an-id', null, find(), () => false)).kind, 'late')
  assert.deepEqual(await shown(6), [])
})
