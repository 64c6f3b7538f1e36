import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Listing } from '#shared/contracts/listing.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import type { CatalogueJson } from '../../../regional-worker/vinted/classify-response.ts'
import { organicRows, parseCatalogue } from '../../../regional-worker/vinted/parse-catalogue.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/vinted/${name}.json`, import.meta.url), 'utf8')
const recordedPage = (name: string): CatalogueJson => JSON.parse(fixture(name)) as CatalogueJson
const photo = (path: string): string => `https://images1.vinted.net/t/${path}`
const site = 'https://www.vinted.it/items'

const recorded: Listing[] = [
  {
    itemId: 14_792_818_055,
    title: 'Brassière de sport Nike',
    price: 6,
    totalPrice: 7,
    currency: 'EUR',
    url: `${site}/14792818055-brassiere-de-sport-nike`,
    photoUrl: photo('d17686b0aa71a999dac5180e/f800/bf281b09.webp?s=d91e45de6b6f1980dcdce3fa8a82df7288928651'),
    brand: 'Nike Air',
    size: 'L',
    condition: 'Nuovo senza cartellino',
    conditionId: 1,
    seller: { id: 110_217_271, login: 'member_0e2f32' },
    isPromoted: false,
  },
  {
    itemId: 15_471_642_810,
    title: 'Nike Air Max 1 “Grey Gum”',
    price: 55,
    totalPrice: 58.45,
    currency: 'EUR',
    url: `${site}/15471642810-nike-air-max-1-grey-gum`,
    photoUrl: photo('d6b45a62bf6dd74a191e43cb/f800/6e8bfca1.webp?s=257ca9e51e811399343907800ba57f6b7d3fb28a'),
    brand: 'Nike',
    size: '41',
    condition: 'Buone',
    conditionId: 3,
    seller: { id: 41_952_599, login: 'member_e3a2fb' },
    isPromoted: true,
  },
  {
    itemId: 14_392_460_236,
    title: 'Nike Air Max 1 “White Black Chlorophyll”',
    price: 75,
    totalPrice: 79.45,
    currency: 'EUR',
    url: `${site}/14392460236-nike-air-max-1-white-black-chlorophyll`,
    photoUrl: photo('2c0ee437c1979afef7f3306e/f800/45ab34ac.webp?s=c3956cb82eec29020dfdf543f63e5344b72c2438'),
    brand: 'Nike',
    size: '43',
    condition: 'Buone',
    conditionId: 3,
    seller: { id: 41_952_599, login: 'member_e3a2fb' },
    isPromoted: true,
  },
  {
    itemId: 18_897_257_506,
    title: 'Basket Nike air',
    price: 58,
    totalPrice: 61.6,
    currency: 'EUR',
    url: `${site}/18897257506-basket-nike-air`,
    photoUrl: photo('0545018111c1dadc88f7f4e7/f800/52289e27.webp?s=a5d9f3d67fe05f3fc7df3a19e97845c0a88275d6'),
    brand: 'Nike Air',
    size: '36.5',
    condition: 'Ottime',
    conditionId: 2,
    seller: { id: 18_266_649, login: 'member_d8ffc1' },
    isPromoted: false,
  },
  {
    itemId: 14_912_964_376,
    title: 'Nike air max nere numero 39',
    price: 30,
    totalPrice: 32.2,
    currency: 'EUR',
    url: `${site}/14912964376-nike-air-max-nere-numero-39`,
    photoUrl: photo('7df8f72da6cf01ee1d1ff0f4/f800/911fe689.webp?s=cc66125e703ec9c750455b05f35196c3a4154cbc'),
    brand: 'Nike Air',
    size: '39',
    condition: 'Ottime',
    conditionId: 2,
    seller: { id: 217_512_367, login: 'member_4f88e1' },
    isPromoted: false,
  },
]

test('the recorded page of the new protocol is read whole, in page order, nothing lost and nothing invented', () => {
  const page = parseCatalogue(recordedPage('svc-catalogue-it-2026-09-19'), marketOf('it'))
  assert.deepEqual(page, { listings: recorded, unreadable: 0, totalEntries: 960 })
})

test('boosted rows of the recorded page are dropped', () => {
  const page = parseCatalogue(recordedPage('svc-catalogue-it-2026-09-19'), marketOf('it'))
  assert.deepEqual(organicRows(page), [recorded[0], recorded[3], recorded[4]])
})

test('the recorded page of the old protocol is read whole: its own fields first, the main photo of several', () => {
  const page = parseCatalogue(recordedPage('legacy-api-v2-search-uk-2026-08-02'), marketOf('uk'))
  assert.deepEqual(page, {
    listings: [
      {
        itemId: 9_547_136_593,
        title: 'Nike Trainer - UK 5',
        price: 7,
        totalPrice: 7.86,
        currency: 'GBP',
        url: 'https://www.vinted.co.uk/items/9547136593-nike-trainer-uk-5',
        photoUrl: photo('ab0b3a757d82803ed1fe45a8/f800/8087c91c.webp?s=cee3906138270dccb54ed61cc84545793beced78'),
        brand: 'Nike',
        size: '5 junior | EU 38',
        condition: 'Very good',
        conditionId: 2,
        seller: { id: 93_815_114, login: 'member_f14d4c' },
        isPromoted: true,
      },
    ],
    unreadable: 0,
    totalEntries: 960,
  })
})

test('the anonymised page of the old protocol holds words where ids belong: unreadable, until they are numbers', () => {
  const body = fixture('legacy-api-v2-search-anonymised')
  assert.deepEqual(parseCatalogue(JSON.parse(body), marketOf('fr')), {
    listings: [],
    unreadable: 1,
    totalEntries: null,
  })
  const mended = body.replace('"item id"', '6886827723').replace('"user id"', '5')
  assert.deepEqual(parseCatalogue(JSON.parse(mended), marketOf('uk')).listings, [
    {
      itemId: 6_886_827_723,
      title: 'a game ',
      price: 3,
      totalPrice: 3.85,
      currency: 'EUR',
      url: 'https://www.fakeurl.com/item/item_id',
      photoUrl: 'https://www.fakeurl.com/a.jpg',
      brand: 'NO LABEL',
      size: null,
      condition: 'Very Good',
      conditionId: 2,
      seller: { id: 5, login: 'member_4b3d84' },
      isPromoted: false,
    },
  ])
})

const row = (over: object = {}) => ({ id: 7, title: 't', price: { amount: '1.50', currency_code: 'EUR' }, ...over })
const parse = (...items: unknown[]) => parseCatalogue({ items }, marketOf('fr'))
const one = (over: object): Listing | undefined => parse(row(over)).listings[0]
const box = (second_line: string | null) => {
  const listing = one({ item_box: { first_line: 'Zara', second_line } })
  return [listing?.size, listing?.condition, listing?.conditionId]
}

test('a row with the least is read, and what the site does not say is null', () => {
  assert.deepEqual(one({}), {
    itemId: 7,
    title: 't',
    price: 1.5,
    totalPrice: null,
    currency: 'EUR',
    url: 'https://www.vinted.fr/items/7',
    photoUrl: null,
    brand: null,
    size: null,
    condition: null,
    conditionId: null,
    seller: null,
    isPromoted: false,
  })
})

test('the second line splits at its last separator; alone it is the condition', () => {
  assert.deepEqual(box('M / 38 · Très bon état'), ['M / 38', 'Très bon état', 2])
  assert.deepEqual(box('5 · junior · Bon état'), ['5 · junior', 'Bon état', 3])
  assert.deepEqual(box('Neuf avec étiquette'), [null, 'Neuf avec étiquette', 6])
  assert.deepEqual(box(''), [null, null, null])
  assert.deepEqual(box(null), [null, null, null])
})

test('an unknown condition word is kept as text and never guessed', () => {
  assert.deepEqual(box('M · Pas entièrement fonctionnel'), ['M', 'Pas entièrement fonctionnel', null])
  assert.deepEqual(box('M · Very good'), ['M', 'Very good', null])
})

test('a row of another shape is counted and costs only itself', () => {
  const page = parse(
    row(),
    null,
    3,
    'x',
    {},
    row({ id: '8' }),
    row({ id: -1 }),
    row({ id: 9, price: null }),
    row({ id: 10 }),
  )
  assert.deepEqual(
    page.listings.map(({ itemId }) => itemId),
    [7, 10],
  )
  assert.equal(page.unreadable, 7)
})

test('a price that is no amount makes a row unreadable, it is never invented', () => {
  for (const amount of ['free', '-1', 'NaN', '', ' ']) {
    assert.equal(parse(row({ price: { amount, currency_code: 'EUR' } })).unreadable, 1, JSON.stringify(amount))
  }
})

test('fees that are no amount are unknown fees', () => {
  const total = one({ total_item_price: { amount: 'soon', currency_code: 'EUR' } })
  assert.equal(total?.totalPrice, null)
})

test('a row whose link is no link does not cost the rest of the page', () => {
  for (const url of ['http://', '//', 'https://[']) {
    assert.ok(
      parse(row({ url }), row({ id: 8 })).listings.some(({ itemId }) => itemId === 8),
      url,
    )
  }
})

test('boosted rows are dropped before rows are deduplicated, so that an organic twin stays', () => {
  const page = parse(
    row({ id: 1, promoted: true, title: 'boosted' }),
    row({ id: 1, title: 'organic' }),
    row({ id: 2, content_source: 'search_promoted_items' }),
    row({ id: 3, promoted: false, content_source: 'search' }),
    row({ id: 1, title: 'organic again' }),
  )
  assert.deepEqual(
    organicRows(page).map(({ itemId, title }) => [itemId, title]),
    [
      [1, 'organic'],
      [3, 't'],
    ],
  )
})
