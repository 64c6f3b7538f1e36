import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandNames } from '../../../../main-worker/bot/reading/read-command.ts'
import { describeFinds, describeSearch } from '../../../../main-worker/bot/words/describe-draft.ts'
import { english } from '../../../../main-worker/bot/words/english.ts'
import { explainProblem } from '../../../../main-worker/bot/words/explain-problem.ts'
import { french } from '../../../../main-worker/bot/words/french.ts'
import { showAge, showMoment } from '../../../../main-worker/bot/words/show-time.ts'
import type { Line } from '#shared/database/outbox.ts'
import { ProblemError } from '#shared/errors.ts'
import { emptySearch } from '#shared/marketplaces/vinted/parse-search-url.ts'
import { makeListing } from '../../shared/make-listing.ts'
import { makePerson, NOW } from './make-asked.ts'

const paths = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
    typeof one === 'object' && one !== null ? paths(one, `${path}.${key}`) : [`${path}.${key}`],
  )
const plain = (lines: readonly Line[]): string => lines.map((line) => line.map(({ text }) => text).join('')).join('\n')

test('French and English say the same things, and none of them is empty', () => {
  assert.deepEqual(paths(english).toSorted(), paths(french).toSorted())
  for (const words of [french, english])
    for (const [key, value] of Object.entries(words))
      if (typeof value === 'string') assert.notEqual(value.trim(), '', key)
})

test('French has the typographic apostrophe only', () => {
  assert.doesNotMatch(JSON.stringify({ ...french, help: french.help(true), edit: french.howToEdit(true) }), /\w'\w/)
})

test('a menu entry is of a length that Telegram takes', () => {
  for (const { menu } of [french, english])
    for (const name of commandNames) assert.ok(menu[name].length >= 1 && menu[name].length <= 256)
})

test('a draft is described by everything that is set, with what was ignored and why', () => {
  const search = { ...emptySearch, market: 'uk', searchText: 'coat', priceMax: 50, brandIds: [53, 14] }
  const ignored = [{ parameter: 'order', value: 'relevance', reason: 'an alert always looks at the newest first' }]
  const described = { name: 'Coats', search, input: { excludedWords: ['lot', 'kids'] }, ignored }
  assert.equal(
    plain(describeSearch(described, english, 'en')),
    'Understood: market UK · words coat · brands 53, 14 · max price £50.00 · without lot, kids\nIgnored: order=relevance (I always look at the newest)',
  )
})

const hostile = [
  '<script>alert(1)</script>',
  '"quoted" & \'so\'',
  'price \u202e00.1 EUR',
  '👟'.repeat(40),
  'x'.repeat(500),
]

test('titles by strangers are pieces of text in a preview, whatever they hold', () => {
  const items = hostile.slice(0, 3).map((title) => makeListing({ title }))
  const lines = describeFinds(
    { itemsChecked: 9, matches: 3, dropped: { price: 4, 'excluded-word': 2 }, items },
    'fr',
    english,
    'en',
  )
  const text = plain(lines)
  assert.match(text, /^3 of 9 listings match now\.\nLeft out: price 4 · excluded word 2\.\nThe newest:\n/)
  assert.match(text, /• <script>alert\(1\)<\/script> – €30\.00 \(€32\.20 with fees\)/)
  assert.ok(!text.includes('\u202e'))
  for (const title of hostile) {
    const [last] = describeFinds(
      { itemsChecked: 1, matches: 1, dropped: {}, items: [makeListing({ title })] },
      'fr',
      english,
      'en',
    ).slice(-1)
    assert.ok(plain(last ? [last] : []).length < 200, title)
  }
})

test('why the site could not be asked is said to people, with the end where it is known', () => {
  const reader = makePerson()
  const why = (error: unknown) => explainProblem(error, english, NOW, reader)
  const nobody = (workers: { id: string; reason: string; until: string | null }[]) =>
    new ProblemError(503, 'NO_WORKERS_AVAILABLE', 'x', { workers })
  const banned = { id: 'worker-fr', reason: 'banned (403)', until: '2026-11-22T10:30:00Z' }
  assert.equal(why(nobody([banned])), 'all regions rest until 11:30, because the site refused.')
  assert.match(why(nobody([banned, { id: 'worker-us', reason: 'unhealthy', until: null }])) ?? '', /^no region/)
  assert.match(why(new ProblemError(503, 'FLEET_PAUSED', 'x')) ?? '', /paused/)
  assert.match(why(new DOMException('late', 'TimeoutError')) ?? '', /in time/)
  assert.equal(why(new TypeError('ours')), null)
})

test('moments are told by the person’s clocks, with the day when it is far', () => {
  const { language, timeZone } = makePerson()
  assert.equal(showMoment(NOW + 3_600_000, NOW, { language, timeZone }), '12:00')
  assert.match(showMoment(NOW + 3 * 86_400_000, NOW, { language, timeZone }), /25 Nov.*11:00/)
})

test('ages are one rough number', () => {
  const ages = [0, 8, 89, 600, 7_200, 200_000].map((seconds) => showAge(NOW - seconds * 1000, NOW, english))
  assert.deepEqual(ages, ['0 s ago', '8 s ago', '89 s ago', '10 min ago', '2 h ago', '2 d ago'])
})
