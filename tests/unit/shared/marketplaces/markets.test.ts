import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionId, conditionIds, conditionWord, hasConditionWords } from '#shared/marketplaces/vinted/conditions.ts'
import { findMarket, marketIds, marketOf, markets, siteOrigin } from '#shared/marketplaces/vinted/markets.ts'

const EURO = 'fr nl de at be lu it es pt ie fi sk lt gr ee lv si hr'.split(' ')
const OTHERS = { us: 'USD', uk: 'GBP', pl: 'PLN', cz: 'CZK', se: 'SEK', dk: 'DKK', ro: 'RON', hu: 'HUF' }

test('every market of the record has a row with its currency, and there is no other', () => {
  assert.deepEqual(marketIds.toSorted(), [...EURO, ...Object.keys(OTHERS)].toSorted())
  for (const id of EURO) assert.equal(marketOf(id).currency, 'EUR', id)
  for (const [id, currency] of Object.entries(OTHERS)) assert.equal(marketOf(id).currency, currency, id)
})

test('the four shipped markets stand as recorded', () => {
  assert.deepEqual(
    ['fr', 'us', 'nl', 'uk'].map((id) => Object.values(marketOf(id))),
    [
      ['fr', 'vinted.fr', 'api.vinted.fr', 'fr-FR', 'EUR'],
      ['us', 'vinted.com', 'api.www.vinted.com', 'en-US', 'USD'],
      ['nl', 'vinted.nl', 'api.vinted.nl', 'nl-NL', 'EUR'],
      ['uk', 'vinted.co.uk', 'api.vinted.co.uk', 'en-GB', 'GBP'],
    ],
  )
  assert.equal(siteOrigin(marketOf('uk')), 'https://www.vinted.co.uk')
})

test('every API host but the American one is api. and the host; hosts and locales are real', () => {
  for (const { id, host, apiHost, locale } of markets) {
    if (id !== 'us') assert.equal(apiHost, `api.${host}`)
    assert.equal(Intl.getCanonicalLocales(locale)[0], locale)
  }
  assert.equal(new Set(markets.map(({ host }) => host)).size, markets.length)
})

test('an unknown market is nobody’s', () => {
  for (const id of ['xx', '', 'FR', '__proto__', 'constructor']) {
    assert.equal(findMarket(id), undefined)
    assert.throws(() => marketOf(id), /unknown market/)
  }
})

test('conditions are known by their recorded words in four languages', () => {
  const table: [id: number, ...words: string[]][] = [
    [6, 'New with tags', 'Neuf avec étiquette', 'Nieuw met prijskaartje', 'Nuovo con cartellino'],
    [1, 'New without tags', 'Neuf sans étiquette', 'Nieuw zonder prijskaartje', 'Nuovo senza cartellino'],
    [2, 'Very good', 'Très bon état', 'Heel goed', 'Ottime'],
    [3, 'Good', 'Bon état', 'Goed', 'Buone'],
    [4, 'Satisfactory', 'Satisfaisant', 'Veelgebruikt', 'Discrete'],
  ]
  const locales = ['en-GB', 'fr-FR', 'nl-NL', 'it-IT']
  for (const [id, ...words] of table) {
    for (const [place, locale] of locales.entries()) {
      assert.equal(conditionId(` ${words[place]?.toUpperCase()} `, locale), id)
      assert.equal(conditionWord(id, locale), words[place])
    }
  }
  assert.deepEqual(conditionIds.toSorted(), [1, 2, 3, 4, 6])
})

test('a word of another language, or one nobody recorded, is not guessed', () => {
  assert.equal(conditionId('Very good', 'fr-FR'), null)
  assert.equal(conditionId('Not fully functional', 'en-GB'), null)
  assert.equal(conditionId('', 'fr-FR'), null)
  assert.equal(conditionWord(5, 'en-GB'), null)
  assert.equal(conditionWord(2, 'pl-PL'), 'Very good')
  assert.deepEqual(['fr-BE', 'en-IE', 'de-DE'].map(hasConditionWords), [true, true, false])
})
