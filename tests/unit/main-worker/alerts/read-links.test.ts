import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extractLinks } from '../../../../main-worker/alerts/extract-links.ts'
import { readLinks } from '../../../../main-worker/alerts/read-links.ts'

test('links are found in any text around them', () => {
  const text = `Regarde : https://www.vinted.fr/catalog?search_text=nike&brand_ids[]=53 (super).
  <https://www.vinted.co.uk/catalog?search_text=levis>; vinted.de/catalog?search_text=adidas, www.ebay.com/x!`
  assert.deepEqual(extractLinks(text), [
    'https://www.vinted.fr/catalog?search_text=nike&brand_ids[]=53',
    'https://www.vinted.co.uk/catalog?search_text=levis',
    'vinted.de/catalog?search_text=adidas',
    'www.ebay.com/x',
  ])
})

test('one link pasted twice is one link', () => {
  const link = 'https://www.vinted.fr/catalog?search_text=nike'
  assert.deepEqual(extractLinks(`${link}\n${link}`), [link])
})

test('each link is a search, the same search as another one, or refused with its reason', () => {
  const read = readLinks(
    `https://www.vinted.fr/catalog?search_text=nike&price_to=60
     https://www.ebay.com/x
     https://www.vinted.fr/catalog?price_to=60&search_text=NIKE&page=2
     https://www.vinted.fr/catalog?price_to=60`,
    'chat-1',
  )
  assert.deepEqual(
    read.map(({ kind }) => kind),
    ['search', 'refused', 'repeat', 'refused'],
  )
  const [good, foreign, repeat] = read
  assert.ok(good?.kind === 'search')
  assert.deepEqual(
    [good.alert.market, good.alert.searchText, good.alert.priceMax, good.alert.chatId],
    ['fr', 'nike', 60, 'chat-1'],
  )
  assert.ok(foreign?.kind === 'refused')
  assert.equal(foreign.reason, 'www.ebay.com is not a Vinted site')
  assert.ok(repeat?.kind === 'repeat')
  assert.equal(repeat.of, 0)
})

test('a text without any link is refused with a reason', () => {
  for (const text of ['', 'bonjour', 'nike air max'])
    assert.deepEqual(
      readLinks(text, null).map(({ kind }) => kind),
      ['refused'],
      text,
    )
})
