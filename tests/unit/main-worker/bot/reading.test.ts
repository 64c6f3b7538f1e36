import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { findLink } from '../../../../main-worker/bot/reading/find-link.ts'
import { knownTimeZone, nextLocalTime } from '../../../../main-worker/bot/reading/local-time.ts'
import { readCommand } from '../../../../main-worker/bot/reading/read-command.ts'
import { readEdits } from '../../../../main-worker/bot/reading/read-edits.ts'
import { readNumber } from '../../../../main-worker/bot/reading/read-number.ts'
import { pressData, readPress } from '../../../../main-worker/bot/reading/read-press.ts'
import type { Press } from '../../../../main-worker/bot/reading/read-press.ts'
import { readQuiet } from '../../../../main-worker/bot/reading/read-quiet.ts'
import { readDuration, readUntil } from '../../../../main-worker/bot/reading/read-until.ts'
import { uuid } from '../../shared/make-alert.ts'

const MINUTE = 60_000
const PARIS = 'Europe/Paris'
const at = (iso: string): number => Date.parse(iso)
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

describe('a command', () => {
  const cases: [text: string, read: unknown][] = [
    ['/pause 3', { name: 'pause', argument: '3' }],
    ['  /PAUSE@VigieBot   3 ', { name: 'pause', argument: '3' }],
    ['/add\nhttps://www.vinted.fr/catalog', { name: 'add', argument: 'https://www.vinted.fr/catalog' }],
    ['/list', { name: 'list', argument: '' }],
    ['/liste', { name: 'list', argument: '' }],
    ['/aide', { name: 'help', argument: '' }],
    ['/langue en', { name: 'lang', argument: 'en' }],
    ['/pause@OtherBot 3', 'for-another-bot'],
    ['/fly', 'unknown'],
    ['/', 'unknown'],
    ['/constructor', 'unknown'],
    ['pause 3', null],
    ['see /list', null],
  ]
  for (const [text, read] of cases)
    test(`${JSON.stringify(text)} is read`, () => assert.deepEqual(readCommand(text, '@VigieBot'), read))
})

test('the number of an alert stands before what shall happen to it', () => {
  assert.deepEqual(readNumber('3 2h'), { number: 3, rest: '2h' })
  assert.deepEqual(readNumber('#3'), { number: 3, rest: '' })
  assert.deepEqual(readNumber('n° 12 boutique'), { number: 12, rest: 'boutique' })
  assert.deepEqual(readNumber('2h'), { number: null, rest: '2h' })
})

describe('a duration', () => {
  const minutes: [text: string, minutes: number | null][] = [
    ['2h', 120],
    ['2 heures', 120],
    ['1h30', 90],
    ['45 min', 45],
    ['45m', 45],
    ['1 jour', 1440],
    ['2 days 3 hours', 3060],
    ['1 semaine', 10_080],
    ['0h', null],
    ['2', null],
    ['2 lightyears', null],
    ['h', null],
    ['2h maybe', null],
    ['99999 weeks', null],
  ]
  for (const [text, expected] of minutes)
    test(`${text} is ${String(expected)} minutes`, () => assert.equal(readDuration(text), expected))
})

describe('a moment', () => {
  const now = at('2026-11-22T10:00:00Z') // 11:00 in Paris
  const moments: [text: string, moment: string | null][] = [
    ['2h', '2026-11-22T12:00:00.000Z'],
    ['for 2 days', '2026-11-24T10:00:00.000Z'],
    ['pendant 1h30', '2026-11-22T11:30:00.000Z'],
    ['until 18:00', '2026-11-22T17:00:00.000Z'],
    ['jusqu’à 18:00', '2026-11-22T17:00:00.000Z'],
    ["jusqu'à 18h30", '2026-11-22T17:30:00.000Z'],
    ['until 18', '2026-11-22T17:00:00.000Z'],
    ['18:00', '2026-11-22T17:00:00.000Z'],
    ['10:30', '2026-11-23T09:30:00.000Z'],
    ['until 2h', '2026-11-23T01:00:00.000Z'],
    ['25:00', null],
    ['18:61', null],
    ['3', null],
    ['until tomorrow', null],
    ['', null],
  ]
  for (const [text, moment] of moments)
    test(`"${text}" is ${String(moment)}`, () => assert.equal(iso(readUntil(text, now, PARIS)), moment))

  test('is told by the person’s own clocks, also in the night they change', () => {
    const saturday = at('2026-10-24T20:00:00Z') // Paris turns its clocks back the next morning
    assert.equal(iso(nextLocalTime({ hour: 8, minute: 0 }, saturday, PARIS)), '2026-10-25T07:00:00.000Z')
    assert.equal(iso(nextLocalTime({ hour: 23, minute: 0 }, saturday, PARIS)), '2026-10-24T21:00:00.000Z')
    assert.equal(iso(nextLocalTime({ hour: 8, minute: 0 }, saturday, 'Asia/Kolkata')), '2026-10-25T02:30:00.000Z')
    assert.equal(iso(nextLocalTime({ hour: 8, minute: 0 }, saturday, 'America/New_York')), '2026-10-25T12:00:00.000Z')
  })

  test('is always ahead, and within two days', () => {
    const zones = fc.constantFrom(PARIS, 'UTC', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe')
    const clocks = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })
    const times = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') })
    fc.assert(
      fc.property(zones, clocks, times, (zone, clock, from) => {
        const moment = nextLocalTime(clock, from, zone)
        assert.ok(moment > from && moment <= from + 26 * 60 * MINUTE, `${zone} ${iso(from)} ${iso(moment)}`)
      }),
      { numRuns: 300 },
    )
  })
})

test('a time zone is known by its name, however it is written; an offset is none', () => {
  assert.equal(knownTimeZone('europe/paris'), PARIS)
  for (const name of ['Mars/Base', '+02:00', '', 'Europe', "'; drop"]) assert.equal(knownTimeZone(name), null, name)
})

describe('quiet hours', () => {
  const hours = (from: string, until: string, timeZone = PARIS) => ({ kind: 'hours', from, until, timeZone })
  const cases: [text: string, read: object][] = [
    ['22:00-08:00', hours('22:00', '08:00')],
    ['22h - 8h', hours('22:00', '08:00')],
    ['22 8', hours('22:00', '08:00')],
    ['22:30–07:15 Europe/London', hours('22:30', '07:15', 'Europe/London')],
    ['off', { kind: 'off' }],
    ['non', { kind: 'off' }],
    ['22:00-22:00', { kind: 'unclear' }],
    ['22:00', { kind: 'unclear' }],
    ['24:00-08:00', { kind: 'unclear' }],
    ['22:00-08:00 Mars/Base', { kind: 'unknown-zone', timeZone: 'Mars/Base' }],
  ]
  for (const [text, read] of cases) test(`"${text}" are read`, () => assert.deepEqual(readQuiet(text, PARIS), read))
})

describe('edits of a draft', () => {
  test('are one change per line, in both languages, and the last of two wins', () => {
    assert.deepEqual(
      readEdits('max 50\nMIN: 10,50 €\ntotal 60\nsans lot, enfant , lot\navec laine\nnom Vestes d’hiver'),
      {
        changes: {
          priceMax: 50,
          priceMin: 10.5,
          maxTotalPrice: 60,
          excludedWords: ['lot', 'enfant'],
          requiredWords: ['laine'],
          name: 'Vestes d’hiver',
        },
        unclear: [],
      },
    )
    assert.deepEqual(readEdits('without lot; kids\nwith wool\nname Coats\nmax 50\nmax 40').changes, {
      excludedWords: ['lot', 'kids'],
      requiredWords: ['wool'],
      name: 'Coats',
      priceMax: 40,
    })
  })

  test('take a limit away by an empty value', () => {
    assert.deepEqual(readEdits('max\nmin -\nsans').changes, { priceMax: null, priceMin: null, excludedWords: [] })
  })

  test('that are unclear are named, and nothing is guessed', () => {
    const { changes, unclear } = readEdits('max cheap\nmaximal 3\nnom\nhello\nmax 1.234')
    assert.deepEqual(changes, {})
    assert.deepEqual(unclear, ['max cheap', 'maximal 3', 'nom', 'hello', 'max 1.234'])
  })
})

describe('a link to Vinted', () => {
  const search = 'https://www.vinted.fr/catalog?search_text=nike'
  const cases: [text: string, hidden: string[], found: object | null][] = [
    [search, [], { kind: 'search', url: search }],
    [`Look (${search}), nice!`, [], { kind: 'search', url: search }],
    ['vinted.co.uk/catalog?search_text=nike', [], { kind: 'search', url: 'vinted.co.uk/catalog?search_text=nike' }],
    ['look here', [search], { kind: 'search', url: search }],
    [
      'https://www.vinted.fr/items/123-veste?ref=1',
      [],
      { kind: 'listing', url: 'https://www.vinted.fr/items/123-veste?ref=1' },
    ],
    ['https://www.vinted.nl/member/1-x', [], { kind: 'member', url: 'https://www.vinted.nl/member/1-x' }],
    ['https://www.vinted.fr.evil.example/catalog?search_text=nike', [], null],
    ['https://evilvinted.fr/catalog?search_text=nike', [], null],
    ['https://evil.example/catalog', [], null],
    ['I like vinted.fr very much', [], null],
    ['', [], null],
  ]
  for (const [text, hidden, found] of cases)
    test(`in ${JSON.stringify(text || hidden)} is ${found === null ? 'none' : 'found'}`, () =>
      assert.deepEqual(findLink(text, hidden), found))
})

describe('a button', () => {
  const id = uuid(7)
  const presses: Press[] = [
    ...(['mute', 'unmute', 'stop', 'go', 'more', 'pause', 'resume'] as const).map((verb) => ({ verb, id })),
    ...(['save', 'edit', 'cancel'] as const).map((verb) => ({ verb, version: 731_000_001 })),
    { verb: 'snooze', id, minutes: 480 },
    { verb: 'until', id, atS: 1_795_000_000 },
    { verb: 'unblock', id, key: '00ff00ff' },
    { verb: 'lang', language: 'en' },
  ]
  for (const press of presses)
    test(`${press.verb} says in 64 bytes what is read again`, () => {
      assert.ok(Buffer.byteLength(pressData(press)) <= 64)
      assert.deepEqual(readPress(pressData(press)), press)
    })

  test('that is none of ours says nothing', () => {
    for (const data of [
      '',
      'mute:',
      `fly:${id}`,
      `mute:${id}:1`,
      `snooze:${id}`,
      `snooze:${id}:0`,
      'save:x',
      'lang:de',
    ])
      assert.equal(readPress(data), null, data)
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (data) => readPress(data) === null))
  })
})
