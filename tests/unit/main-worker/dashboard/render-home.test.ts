import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Home } from '#shared/database/live.ts'
import { renderHome } from '../../../../main-worker/dashboard/home/render-home.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import { makeFleet, makeWorker } from '../make-worker.ts'
import { makeFind, makeHome, NOW } from './make-home.ts'

const viewer = { language: 'en' as const, timeZone: 'Europe/Paris', now: NOW, mayControl: true, isContinuous: false }

const render = async (home: Partial<Home> = {}, over: Partial<typeof viewer> = {}): Promise<string> =>
  String(await renderHome(makeHome(home), { ...viewer, ...over })).replaceAll(/\s+/g, ' ')

const fleetOf = (worker: Partial<WorkerRow>, over: Partial<Home['fleet']> = {}): Home['fleet'] =>
  makeFleet([makeWorker('worker-fr', worker)], over)

test('one sentence says how things stand', async () => {
  const page = await render({ findsLastHour: 3 })
  const sentence = page.replaceAll(/<[^>]+>/g, '')
  assert.match(sentence, /2 regions at work\. Last check 8 sec?\.? ago\. 3 new finds in the last hour\./)
  assert.match(await render({ waiting: 2 }), /2 messages waiting\./)
  assert.match(await render({ failed: 1 }), /1 message did not arrive in 24 hours\./)
})

const states: [name: string, worker: Partial<WorkerRow>, shown: RegExp][] = [
  ['at work', {}, /<span aria-hidden="true">●<\/span> at work/],
  [
    'refused by the site, until when and why',
    { bannedUntil: '2026-11-22T12:30:00Z', banReason: '403' },
    /▲<\/span> refused by Vinted.*ends <time datetime="2026-11-22T12:30:00Z"[^>]*>in 30 min.*Why : 403/,
  ],
  ['away, with the reason', { isHealthy: false, lastError: 'timeout' }, /■<\/span> does not answer.*Why : timeout/],
  ['drained by hand', { isDraining: true }, /◆<\/span> drained.*action="\/workers\/worker-fr\/resume"/],
  ['resting', { restingUntil: '2026-11-22T12:01:00Z' }, /◐<\/span> resting \(429\)/],
]
for (const [name, worker, shown] of states)
  test(`a region that is ${name} says so in a shape and a word`, async () => {
    assert.match(await render({ fleet: fleetOf(worker) }), shown)
  })

test('a cycle comes nearer to its end; a report of the continuous schedule only says what it asked so far', async () => {
  const workers = [
    { id: 'worker-fr', planned: 4, checked: 3, ms: 200 },
    { id: 'worker-us', planned: 1, checked: 1, ms: 200 },
  ]
  const run = { runId: '1', status: 'running' as const, startedAt: '2026-11-22T11:59:00Z', finishedAt: null, workers }
  const cycle = await render({ run })
  assert.match(cycle, /Running cycle.*3 of 4.*<progress/)
  const report = await render({ run }, { isContinuous: true })
  assert.match(report, /Running report .*Each search is asked when it is due\. 4 searches checked in this report\./)
  assert.doesNotMatch(report, /<progress|[Cc]ycle</)
})

test('a paused fleet says until when and why, and how to go on', async () => {
  const pause = { cause: 'owner' as const, reason: 'holiday', since: '2026-11-22T11:00:00Z', until: null }
  const page = await render({ fleet: fleetOf({}, { pause }) })
  assert.match(page, /The whole fleet is paused<\/strong>, until you resume it \(holiday\)/)
  assert.match(page, /action="\/fleet\/resume"/)
})

test('who only looks has nothing to press', async () => {
  assert.doesNotMatch(await render({}, { mayControl: false }), /<button|<form/)
})

test('an incident says since when, until when, what follows and what to do, in the reader’s language', async () => {
  const incident = {
    id: '1',
    kind: 'worker-down',
    subject: 'worker-fr',
    detail: 'timeout',
    evidenceId: null,
    since: '2026-11-22T11:50:00Z',
    isOpen: true,
    until: null,
  }
  const page = await render({ incidents: [incident] }, { language: 'fr' as 'en' })
  assert.match(page, /worker-fr ne répond pas.*il y a 10 min.*Ses alertes sont vérifiées par les autres régions/)
})

test('what strangers write is text and stays inside its place', async () => {
  const title = `<script>alert(1)</script>" onerror="x" \u202Eevil ${'😀'.repeat(20)}${'x'.repeat(500)}`
  const page = await render({ finds: [makeFind({ title, brand: '<b>', url: 'javascript:alert(1)' })] })
  assert.doesNotMatch(page, /<script>alert|<b>|javascript:/)
  assert.match(page, /<bdi>&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot; onerror=&quot;x&quot;/)
  assert.match(page, /alt="&lt;script&gt;/)
})

test('a listing that links elsewhere than to its market is shown without a link', async () => {
  assert.doesNotMatch(
    await render({ finds: [makeFind({ url: 'https://www.vinted.fr.evil.example/items/7' })] }),
    /evil/,
  )
})
