import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AlertFeed } from '#shared/database/feeds.ts'
import { renderFeed } from '../../../../main-worker/feeds/render-feed.ts'
import { hostileTitles } from '../../shared/hostile-titles.ts'
import { uuid } from '../../shared/make-alert.ts'
import { makeFound } from '../../shared/make-listing.ts'
import { assertWellFormed, childrenOf, textOf } from './assert-well-formed.ts'

const SELF = 'https://vigie.example/feeds/key.xml?a=1&b="2"'

const feed = (over: Partial<AlertFeed> = {}): AlertFeed => ({
  alertId: uuid(1),
  alertName: 'Robes & jupes',
  language: 'fr',
  url: 'https://www.vinted.fr/catalog?search_text=robe&price_to=20',
  createdAt: '2026-11-20T08:00:00+00:00',
  finds: [],
  ...over,
})

/** The channel of a feed that any XML parser takes. */
const parse = (over: Partial<AlertFeed>) => {
  const rss = assertWellFormed(renderFeed(feed(over), SELF))
  assert.deepEqual([rss.name, rss.attributes['version']], ['rss', '2.0'])
  const [channel, ...more] = childrenOf(rss, 'channel')
  assert.equal(more.length, 0)
  return channel ?? assert.fail('no channel')
}

test('an empty feed has everything that RSS 2.0 requires of a channel', () => {
  const channel = parse({})
  assert.deepEqual(
    ['title', 'link', 'description', 'language', 'lastBuildDate'].map((name) => textOf(channel, name)),
    [
      'Robes & jupes · Vigie',
      'https://www.vinted.fr/catalog?search_text=robe&price_to=20',
      'Robes & jupes',
      'fr',
      'Fri, 20 Nov 2026 08:00:00 GMT',
    ],
  )
  assert.deepEqual(childrenOf(channel, 'atom:link')[0]?.attributes, {
    href: SELF,
    rel: 'self',
    type: 'application/rss+xml',
  })
})

test('a find has its prices, its photo, its time, and an id that stays', () => {
  const [item] = childrenOf(parse({ finds: [makeFound()] }), 'item')
  assert.deepEqual(
    ['title', 'link', 'pubDate', 'guid'].map((name) => textOf(item, name)),
    [
      'Nike Air Max 90 – 30,00 €',
      'https://www.vinted.fr/items/9547136593-nike-air-max-90',
      'Sun, 22 Nov 2026 09:05:00 GMT',
      `urn:vigie:${uuid(1)}:9547136593`,
    ],
  )
  assert.equal(childrenOf(item, 'guid')[0]?.attributes['isPermaLink'], 'false')
  assert.equal(
    textOf(item, 'description'),
    '<p><b>30,00 € (32,20 € avec les frais)</b></p><p>Nike · 42 · Très bon état</p>' +
      '<p><img src="https://images1.vinted.net/t/1/f800/1.webp" alt=""></p>',
  )
})

test('whatever strangers write is text, in the feed and in the HTML of its reader', () => {
  const finds = hostileTitles.map((title, place) => makeFound({ itemId: place + 1, title, brand: title, size: title }))
  const items = childrenOf(parse({ alertName: hostileTitles.join(' '), finds }), 'item')
  assert.equal(items.length, hostileTitles.length)
  const clean = (title: string): string => title.replaceAll(/[\p{Cc}\p{Cs}\ufffe]/gu, '').trim() || '…'
  for (const [place, item] of items.entries()) {
    assert.equal(textOf(item, 'title'), `${clean(hostileTitles[place] ?? '')} – 30,00 €`)
    const html = textOf(item, 'description')
    assert.deepEqual(new Set([...html.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag)), new Set(['p', 'b', 'img']))
  }
})

test('a link or picture that leads elsewhere is left out', () => {
  const hostile = makeFound({ url: 'https://www.vinted.fr.evil.example/', photoUrl: 'javascript:alert(1)' })
  const [item] = childrenOf(parse({ finds: [hostile] }), 'item')
  assert.deepEqual(childrenOf(item, 'link'), [])
  assert.doesNotMatch(textOf(item, 'description'), /img/)
})

test('the same finds are the same bytes, so that a reader need not load them again', () => {
  const finds = [makeFound()]
  assert.equal(renderFeed(feed({ finds }), SELF), renderFeed(feed({ finds }), SELF))
})
