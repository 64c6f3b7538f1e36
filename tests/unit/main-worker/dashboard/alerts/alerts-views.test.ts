import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSearchUrl } from '#shared/marketplaces/vinted/parse-search-url.ts'
import type { AlertActivity, AlertDetails } from '#shared/database/activity.ts'
import type { ShownAlert } from '../../../../../main-worker/alerts/list-alerts.ts'
import { filterAlerts } from '../../../../../main-worker/alerts/filter-alerts.ts'
import { alertFormTexts } from '../../../../../main-worker/dashboard/alerts/form-texts.ts'
import { linkReason } from '../../../../../main-worker/dashboard/alerts/link-reasons.ts'
import { alertChecks } from '../../../../../main-worker/dashboard/alerts/show-alert-past.ts'
import { renderAlert } from '../../../../../main-worker/dashboard/alerts/render-alert.ts'
import { renderAlerts } from '../../../../../main-worker/dashboard/alerts/render-alerts.ts'
import { renderReview } from '../../../../../main-worker/dashboard/alerts/render-new.ts'
import { renderPreview } from '../../../../../main-worker/dashboard/alerts/render-preview.ts'
import { renderTold } from '../../../../../main-worker/dashboard/alerts/render-told.ts'
import { createDayView, sumHours } from '../../../../../main-worker/dashboard/alerts/show-day.ts'
import { makeAlert, uuid } from '../../../shared/make-alert.ts'

const viewer = { language: 'en' as const, timeZone: 'Europe/Paris', now: Date.parse('2026-11-22T10:20:00Z') }
const HOSTILE = `<script>alert(1)</script>"' \u202e 🧥`
const clock = { now: '2026-11-22T10:20:00Z', pause: null, lastTickAt: null, people: 2 }

const shown = (over: Partial<ShownAlert> = {}): ShownAlert => ({
  id: uuid(1),
  name: 'Robes',
  market: 'fr',
  isActive: true,
  pausedUntil: null,
  parkedReason: null,
  parkedUntil: null,
  lastCheckedAt: '2026-11-22T10:19:00Z',
  personId: null,
  personName: 'owner',
  isPlanned: false,
  hours: [],
  finds: 0,
  lastCheck: null,
  ...over,
})
const listOf = (alerts: ShownAlert[], pages = 1) => {
  const activity: AlertActivity = { ...clock, alerts }
  const filter = { q: '', market: '', state: '' as const }
  return { activity, filter, matching: alerts.length, page: 1, pages, shown: alerts }
}
const list = async (alerts: ShownAlert[], mayChange = true) =>
  String(await renderAlerts(listOf(alerts), 300_000, '', { ...viewer, mayChange }))

test('a day adds the parts of an hour up, and leaves out what is older', () => {
  const hours = sumHours([
    [0, 10, 0, 0],
    [0, 2, 1, 0],
    [0, 0, 0, 3],
    [23, 5, 0, 0],
    [24, 99, 99, 99],
  ])
  assert.deepEqual(
    [hours.length, hours[23], hours[0], hours[1]],
    [24, { good: 12, failed: 1, finds: 3 }, { good: 5, failed: 0, finds: 0 }, { good: 0, failed: 0, finds: 0 }],
  )
})

test('a day says its numbers in words, the whole of it and each hour in the zone of who looks', async () => {
  const markup = String(await createDayView(viewer)([[0, 12, 1, 3]]))
  assert.match(markup, /aria-label="24 hours: 12 good checks, 1 failure, 3 finds"/)
  assert.match(markup, /<title>11:00–12:00: 12 good, 1 failure, 3 finds<\/title>/)
  assert.equal(markup.match(/<title>/g)?.length, 24)
})

test('names written by anybody are text on the list, on the page and in the form', async () => {
  const alert = makeAlert({ name: HOSTILE, searchText: HOSTILE, excludedWords: [HOSTILE], parkedReason: HOSTILE })
  const details: AlertDetails = {
    ...clock,
    alert,
    personName: HOSTILE,
    isPlanned: false,
    hours: [],
    checks: [],
    allFinds: 0,
    finds: [],
    messages: [],
  }
  const pages = await Promise.all([
    list([shown({ name: HOSTILE, personName: HOSTILE, parkedReason: HOSTILE })]),
    renderAlert(details, { webhooks: [], feedUrl: null }, null, '', { ...viewer, mayChange: true, seesRuns: true }),
    renderReview(
      {
        form: { name: HOSTILE, requiredWords: HOSTILE, links: HOSTILE },
        wrong: new Set(),
        hasChat: true,
        draft: HOSTILE,
        pasted: null,
        preview: null,
      },
      viewer,
    ),
  ])
  for (const page of pages.map(String)) {
    assert.ok(!page.includes('<script>'), 'a tag of a stranger')
    assert.ok(page.includes('&lt;script&gt;'), 'the name is shown')
  }
})

test('who only looks sees no button and no box to tick', async () => {
  const markup = await list([shown()], false)
  assert.doesNotMatch(markup, /type="checkbox"|formaction|method="post"|\/alerts\/new/)
  assert.match(markup, /Export all/)
})

test('each state is a shape and a word, with its end and its reason', async () => {
  const until = '2026-11-22T12:00:00Z'
  const markup = await list([
    shown(),
    shown({ isActive: false }),
    shown({ pausedUntil: until }),
    shown({ parkedReason: 'refused by two', parkedUntil: until }),
    shown({ lastCheckedAt: null }),
  ])
  for (const words of [
    '● </span> active',
    '❚❚</span> paused',
    '☾</span> snoozed',
    '▲</span> parked by Vigie',
    '○</span> waiting for its first check',
  ])
    assert.ok(markup.replaceAll('● ', '●').includes(words.replaceAll('● ', '●')), words)
  assert.match(markup, /refused by two/)
  assert.match(markup, new RegExp(`datetime="${until}"`))
})

test('the list is narrowed by name, site, person and state, without minding accents', () => {
  const alerts = [
    shown({ name: 'Été', market: 'fr' }),
    shown({ name: 'Winter', market: 'uk', isActive: false, personName: 'Zoé' }),
  ]
  const names = (filter: Partial<{ q: string; market: string; state: 'paused' | '' }>) =>
    filterAlerts(alerts, { q: '', market: '', state: '', ...filter }, viewer.now).map(({ name }) => name)
  assert.deepEqual(names({ q: 'ete' }), ['Été'])
  assert.deepEqual(names({ q: 'co.uk' }), ['Winter'])
  assert.deepEqual(names({ q: 'zoe' }), ['Winter'])
  assert.deepEqual(names({ market: 'fr' }), ['Été'])
  assert.deepEqual(names({ state: 'paused' }), ['Winter'])
  assert.deepEqual(names({}), ['Été', 'Winter'])
})

test('a preview says how many pass, what each filter drops, and shows the newest', async () => {
  const item = {
    itemId: 1,
    title: HOSTILE,
    price: 10,
    totalPrice: 11.2,
    currency: 'EUR',
    url: 'https://evil.example/',
    photoUrl: null,
    brand: 'Nike',
    size: 'M',
    condition: null,
  }
  const markup = String(
    await renderPreview(
      {
        market: 'fr',
        url: '',
        understood: [],
        ignored: [],
        workerId: 'worker-fr',
        itemsChecked: 96,
        matches: 1,
        dropped: { 'excluded-word': 3, price: 12 },
        items: [item],
      },
      viewer,
    ),
  )
  assert.match(markup, /1 listing of 96 would pass now/)
  assert.match(markup, /12 price, 3 excluded word/)
  assert.match(markup, /€10\.00.*€11\.20 with fees/s)
  assert.ok(!markup.includes('<script>') && !markup.includes('evil.example'))
})

test('every reason why a link, or a part of it, is left out is told in French too', () => {
  const long = 'x'.repeat(201)
  const many = Array.from({ length: 201 }, (_, id) => `brand_ids[]=${id + 1}`).join('&')
  const parts = `search_text=${long}&search_text=a&search_text=b&price_from=x&order=relevance&currency=USD&foo=1&brand_ids[]=a`
  const links = [
    '',
    'a b',
    'https://www.vinted.fr/\\x',
    'ftp://www.vinted.fr',
    'https://u@www.vinted.fr',
    'https://www.vinted.fr:8443',
    'https://',
    'https://www.ebay.com',
    'https://www.vinted.fr/catalog',
    `https://www.vinted.fr/catalog?${many}`,
    `https://www.vinted.fr/${'x'.repeat(60_000)}`,
  ]
  const read = parseSearchUrl(`https://www.vinted.fr/member/1?${parts}`)
  assert.ok(read.kind === 'search')
  const refused = links
    .map((link) => parseSearchUrl(link))
    .map((parsed) => (parsed.kind === 'refused' ? parsed.reason : 'none'))
  const reasons = [...new Set([...read.ignored.map(({ reason }) => reason), ...refused])]
  assert.ok(reasons.length >= 18, reasons.join('\n'))
  for (const reason of reasons) {
    assert.notEqual(linkReason(reason, 'fr'), reason, `in French: ${reason}`)
    assert.equal(linkReason(reason, 'en'), reason)
  }
})

test('a field has the same label, hint and wish in both languages', () => {
  for (const [name, field] of Object.entries(alertFormTexts.fr.fields))
    assert.deepEqual(
      Object.keys(field).sort(),
      Object.keys(alertFormTexts.en.fields[name as keyof typeof alertFormTexts.en.fields]).sort(),
      name,
    )
})

test('the address of a page cannot make it say something of its own', async () => {
  assert.equal(String(await renderTold({ done: '<b>', n: 1 }, 'fr')), '')
  assert.equal(String(await renderTold({ done: 'constructor' }, 'fr')), '')
  assert.match(
    String(await renderTold({ done: 'imported', n: 3, skipped: 2 }, 'en')),
    /Alerts imported:.*3.*2 were there already/s,
  )
})

test('who may not see runs is not led there from the checks of an alert', async () => {
  const check = {
    runId: '00000000-0000-4000-8000-000000000077',
    checkedAt: '2026-11-22T11:00:00Z',
    verdict: 'ok',
    error: null,
    itemsChecked: 20,
    matches: 3,
    newMatches: 1,
    dropped: {},
    workerId: 'worker-fr',
  }
  const details = { checks: [check] } as unknown as AlertDetails
  const page = async (seesRuns: boolean) => String(await alertChecks(details, { ...viewer, seesRuns }))
  assert.match(await page(true), /href="\/runs\/00000000-0000-4000-8000-000000000077"/)
  const own = await page(false)
  assert.doesNotMatch(own, /href="\/runs/)
  assert.match(own, /<time/)
})
