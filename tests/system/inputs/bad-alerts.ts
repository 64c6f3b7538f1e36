import { badFields } from './bad-input.ts'
import type { BadInput } from './bad-input.ts'

const good = { market: 'fr', searchText: 'a' }
const LISTS = ['catalogIds', 'brandIds', 'sizeIds', 'statusIds', 'colorIds', 'materialIds']
const WORDS = ['brands', 'sizes', 'requiredWords', 'excludedWords', 'blockedSellers']

/** Bodies of a new alert. */
export const badAlerts: BadInput[] = badFields('POST', '/api/v1/alerts', [
  ['nothing', undefined, 'body', /nothing/, /object/],
  ['null', 'null', 'body', /nothing|null/, /object/],
  ['a list', [good], 'body', /a list of 1/, /object/],
  ['a text', '"alert"', 'body', /"alert"/, /object/],
  ['an unknown field', { ...good, colour: 'red' }, 'colour', undefined, /not a field/],
  ['a constructor', '{"market":"fr","constructor":{"prototype":{}}}', 'constructor', undefined, /not a field/],
  ['a number for a text', { ...good, searchText: 5 }, 'searchText', /got 5/, /string/],
  ['a text for a number', { ...good, priceMax: '5' }, 'priceMax', /got "5"/, /number/],
  ['a text for a switch', { ...good, isActive: 'true' }, 'isActive', /got "true"/, /boolean/],
  ['one for a switch', { ...good, isActive: 1 }, 'isActive', /got 1/, /boolean/],
  ['a number for a chat', { ...good, chatId: 1000001 }, 'chatId', /got 1000001/, /string/],
  ['a text for a topic', { ...good, topicId: '7' }, 'topicId', /got "7"/, /number|int/],
  ['an object for a list', { ...good, brandIds: {} }, 'brandIds', /an object/, /array/],
  ['a text in ids', { ...good, brandIds: ['53'] }, 'brandIds.0', /got "53"/, /number|int/],
  ['half an id', { ...good, brandIds: [5.5] }, 'brandIds.0', /got 5\.5/, /int/],
  ['id 0', { ...good, catalogIds: [0] }, 'catalogIds.0', /got 0/, />0|positive/],
  ['an id beyond exact numbers', { ...good, sizeIds: [2 ** 53] }, 'sizeIds.0', /got 9007199254740992/, /int|<=/],
  ['a list in a list', { ...good, requiredWords: [['a']] }, 'requiredWords.0', /a list of 1/, /string/],
  ['a blank word', { ...good, excludedWords: ['  '] }, 'excludedWords.0', /got "/, />=1/],
  ...LISTS.map(
    (list) => [`201 ${list}`, { ...good, [list]: Array(201).fill(1) }, list, /a list of 201/, /200/] as const,
  ),
  ...WORDS.map(
    (list) => [`201 ${list}`, { ...good, [list]: Array(201).fill('w') }, list, /a list of 201/, /200/] as const,
  ),
  [
    '201 ids of another attribute',
    { ...good, attributeIds: { patterns: Array(201).fill(1) } },
    'attributeIds.patterns',
    /a list of 201/,
    /200/,
  ],
  ['a blank search', { market: 'fr', searchText: ' \t ' }, 'searchText', /got "/, />=1/],
  ['a search of 201 characters', { ...good, searchText: 'x'.repeat(201) }, 'searchText', /201|characters/, /200/],
  ['a name of 201 characters', { ...good, name: 'x'.repeat(201) }, 'name', /characters/, /200/],
  ['a word of 201 characters', { ...good, brands: ['x'.repeat(201)] }, 'brands.0', /characters/, /200/],
  ['a chat of 101 characters', { ...good, chatId: '1'.repeat(101) }, 'chatId', /characters/, /100/],
  [
    'a link of 60,001 characters',
    { url: `https://www.vinted.fr/catalog?search_text=${'x'.repeat(59_960)}` },
    'url',
    /characters/,
    /60000/,
  ],
  ['a negative price', { ...good, priceMin: -1 }, 'priceMin', /got -1/, />=0/],
  ['a price beyond numbers', '{"market":"fr","searchText":"a","priceMax":1e309}', 'priceMax', /got|null|Infinity/, /./],
  ['a huge price', { ...good, maxTotalPrice: 10_000_000 }, 'maxTotalPrice', /got 10000000/, /9999999/],
  ['a price of tenths of cents', { ...good, priceMax: 1.001 }, 'priceMax', /got 1\.001/, /0\.01/],
  ['prices upside down', { ...good, priceMin: 9, priceMax: 5 }, 'priceMin', /got 9/, /at most priceMax/],
  ['a drop of nothing', { ...good, priceDropPercent: 0 }, 'priceDropPercent', /got 0/, />0/],
  ['a drop of everything', { ...good, priceDropPercent: 100 }, 'priceDropPercent', /got 100/, /<100/],
  ['an unknown language', { ...good, language: 'de' }, 'language', /got "de"/, /fr.*en/],
  ['a date in words', { ...good, pausedUntil: 'tomorrow' }, 'pausedUntil', /got "tomorrow"/, /ISO|date/],
  ['no market', { searchText: 'a' }, 'market', /got nothing/, /wants a market/],
  ['an unknown market', { ...good, market: 'zz' }, 'market', /got "zz"/, /fr, us/],
  ['a market in capitals', { ...good, market: 'FR' }, 'market', /got "FR"/, /wants a market/],
  ['a path for a market', { ...good, market: '../etc' }, 'market', /got "\.\.\/etc"/, /wants a market/],
  ['no search', { market: 'fr' }, 'searchText', undefined, /at least one search field/],
  ['a price alone', { market: 'fr', priceMax: 5 }, 'searchText', undefined, /at least one search field/],
  [
    'lists of nothing',
    { market: 'fr', brandIds: [], attributeIds: { a: [] } },
    'searchText',
    undefined,
    /at least one/,
  ],
  ['an unknown condition', { ...good, statusIds: [99] }, 'statusIds', /got 99/, /wants conditions out of/],
  ['an attribute with a bad name', { ...good, attributeIds: { 'a b': [1] } }, 'attributeIds.a b', undefined, /./],
  ['an attribute with a field', { ...good, attributeIds: { brand: [1] } }, 'attributeIds.brand', undefined, /brandIds/],
  ['a link to elsewhere', { url: 'https://www.vinted.fr.evil.example/catalog?search_text=a' }, 'url', undefined, /./],
  ['a script for a link', { url: 'javascript:alert(1)' }, 'url', undefined, /./],
  ['a link without a search', { url: 'https://www.vinted.fr/' }, 'url', undefined, /./],
])

const PATCHED = '/api/v1/alerts/:alert'

/** Changes that are half good: nothing of them may happen. */
export const badChanges: BadInput[] = badFields('PATCH', PATCHED, [
  ['a good name beside a bad price', { name: 'changed', priceMax: -1 }, 'priceMax', /got -1/, />=0/],
  ['a pause beside an unknown field', { isActive: false, foo: 1 }, 'foo', undefined, /not a field/],
  ['a good word beside a bad market', { requiredWords: ['w'], market: 'zz' }, 'market', /got "zz"/, /fr, us/],
  ['a minimum above the maximum it has', { name: 'changed', priceMin: 61 }, 'priceMin', /got 61/, /priceMax is 60/],
  ['its search taken away', { name: 'changed', searchText: null }, 'searchText', undefined, /at least one/],
  ['a good list beside a long one', { sizes: ['M'], brands: Array(201).fill('b') }, 'brands', /a list of 201/, /200/],
  ['a link to elsewhere', { name: 'changed', url: 'https://evil.example/catalog' }, 'url', undefined, /./],
  ['no object', '[]', 'body', /a list of 0/, /object/],
])

export const badClones: BadInput[] = [
  ...badFields('POST', `${PATCHED}/clone`, [
    ['no market', { name: 'twin' }, 'market', /nothing/, /./],
    ['an unknown market', { market: 'zz' }, 'market', /got "zz"/, /fr, us/],
    ['an unknown field', { market: 'uk', foo: 1 }, 'foo', undefined, /not a field/],
  ]),
  ...badFields('POST', '/api/v1/alerts/preview', [
    ['a link to elsewhere', { url: 'https://example.com/catalog?search_text=a' }, 'url', undefined, /./],
    ['no search', { market: 'fr' }, 'searchText', undefined, /at least one search field/],
    ['a wrong type', { market: 'fr', searchText: ['a'] }, 'searchText', /a list of 1/, /string/],
  ]),
]
