import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLane } from '#shared/lane.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import type { SlotAnswer } from '#shared/egress/take-slot.ts'
import { makeBrowserSession, makeSession } from '../../../regional-worker/sessions/make-session.ts'
import type { MadeSession } from '../../../regional-worker/sessions/session-store.ts'
import type { Session } from '../../../regional-worker/sessions/session.ts'
import type { BrowserVisit } from '../../../regional-worker/sessions/site-browser.ts'
import type { SiteAnswer } from '../../../regional-worker/vinted/site-client.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { recordingLogger } from '../shared/recording-logger.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const BAN_MS = 1_800_000
const UA = 'Mozilla/5.0 (the browser’s own)'
const EVIDENCE = '00000000-0000-4000-8000-000000000001'

const page = (status: number, body: string, setCookies: string[] = []): SiteAnswer => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'text/html', 'set-cookie': 'x=secret-cookie-value' },
  setCookies,
  body,
})
const home = page(200, '<h1>Vinted</h1>', ['access_token_web=plain-token; Domain=.vinted.fr; Path=/; Secure'])
const challenge = page(403, '<title>Just a moment...</title>')
const captcha = '<p>Please complete the CAPTCHA</p> value-of-a-cookie eyJhbGciOi.eyJzdWIiOi.sig'

const cookie = (name: string, value: string) => ({
  name,
  value,
  domain: '.vinted.fr',
  path: '/',
  expires: -1,
  secure: true,
})
const visited = (answer: SiteAnswer, token: string | null, url = 'https://www.vinted.fr/'): BrowserVisit => ({
  kind: 'visited',
  userAgent: UA,
  cookies: [cookie('datadome', 'value-of-a-cookie'), ...(token === null ? [] : [cookie('access_token_web', token)])],
  token,
  answer,
  url,
  screenshot: token === null ? 'anBlZw==' : null,
})

type Stage = {
  plain?: SiteAnswer
  real?: BrowserVisit
  path?: string | null
  restingUntil?: string
  slots?: SlotAnswer[]
}

function stage({ plain = challenge, real, path = '/usr/bin/chromium', restingUntil, slots = [] }: Stage) {
  const asked: string[] = []
  const saved: MadeSession[] = []
  const database = fakeDatabase({
    list_market_rests: () => [
      { workerId: 'worker-us', market: 'fr', until: 'another worker’s' },
      ...(restingUntil === undefined ? [] : [{ workerId: 'worker-fr', market: 'fr', until: restingUntil }]),
    ],
    apply_egress_effect: () => null,
    rest_market: () => null,
    save_evidence: () => EVIDENCE,
    open_incident: () => true,
    close_incident: () => false,
  })
  const deps = {
    workerId: 'worker-fr',
    egress: 'worker-fr',
    database,
    banRules: { banDurationMs: BAN_MS, longestBanMs: BAN_MS },
    clock: { now: () => NOW },
    logger: recordingLogger().logger,
    pace: {
      takeSlot: async () => {
        asked.push('slot')
        return slots.shift() ?? ({ kind: 'granted' } as const)
      },
      nextRequestAt: () => null,
    },
    site: {
      get: async () => {
        asked.push('http')
        return plain
      },
      close: async () => undefined,
    },
    browser: {
      path: () => path,
      visit: async (market: Market) => {
        asked.push(`browser ${market.id}`)
        return real ?? assert.fail('no browser was expected')
      },
      close: async () => undefined,
    },
    oneBootstrap: createLane(),
    sessions: {
      load: async () => null,
      save: async (made: MadeSession) => {
        saved.push(made)
        return { id: 'made' } as Session
      },
    },
  } as unknown as Parameters<typeof makeSession>[0]
  const turn = { kind: 'short', item: null } as const
  const never = new AbortController().signal
  return {
    asked,
    saved,
    database,
    make: () => makeSession(deps, 'fr', turn, never),
    makeInBrowser: () => makeBrowserSession(deps, 'fr', turn, never),
    effects: () => database.argsOf('apply_egress_effect').map((args) => (args as { effect: unknown }).effect),
  }
}

test('a plain visit is enough where the site does not ask for more', async () => {
  const { make, asked, saved, effects } = stage({ plain: home })
  assert.equal((await make()).kind, 'made')
  assert.deepEqual([asked, saved[0]?.source, effects()], [['slot', 'http'], 'http', []])
})

test('a challenged visit is repeated by a real browser, in its own turn, and its session keeps the browser’s name', async () => {
  for (const plain of [challenge, page(200, 'Client Challenge'), page(200, '<h1>Vinted</h1>')]) {
    const { make, asked, saved, effects, database } = stage({ plain, real: visited(page(200, ''), 'token') })
    assert.equal((await make()).kind, 'made')
    assert.deepEqual(asked, ['slot', 'http', 'slot', 'browser fr'])
    assert.deepEqual([saved[0]?.source, saved[0]?.userAgent], ['browser', UA])
    assert.equal(saved[0]?.jar.getCookiesSync('https://api.vinted.fr/').length, 2)
    assert.deepEqual(effects(), [])
    assert.deepEqual(database.argsOf('close_incident'), [
      { kind: 'browser-missing', subject: 'worker-fr' },
      { kind: 'captcha', subject: 'fr on worker-fr' },
    ])
  }
})

test('a refusal that is no challenge opens no browser', async () => {
  for (const [plain, verdict] of [
    [page(403, 'Forbidden'), 'blocked'],
    [page(429, ''), 'throttled'],
    [page(500, ''), 'upstream-error'],
  ] as const) {
    const { make, asked } = stage({ plain })
    const made = await make()
    assert.deepEqual([made.kind === 'refused' && made.verdict, asked], [verdict, ['slot', 'http']])
  }
})

test('no turn, no browser', async () => {
  const banned = { kind: 'banned', until: 'later', reason: '403' } as const
  const { make, asked } = stage({ slots: [{ kind: 'granted' }, banned] })
  assert.deepEqual(await make(), banned)
  assert.deepEqual(asked, ['slot', 'http', 'slot'])
})

test('a CAPTCHA is not solved: the market rests, the owner hears, the address is not banned', async () => {
  const { make, database, effects } = stage({ real: visited(page(403, captcha), null) })
  const made = await make()
  assert.equal(made.kind === 'refused' && made.verdict, 'captcha')
  assert.deepEqual(effects(), [{ kind: 'none' }])
  assert.deepEqual(database.argsOf('rest_market'), [{ worker_id: 'worker-fr', market: 'fr', ms: BAN_MS }])
  const [{ evidence }] = database.argsOf('save_evidence') as [{ evidence: Record<string, unknown> }]
  assert.equal(evidence['screenshot'], 'anBlZw==')
  assert.doesNotMatch(JSON.stringify(evidence), /value-of-a-cookie|eyJhbGci|secret-cookie-value/)
  assert.match(String(evidence['body']), /complete the CAPTCHA/)
  const [incident] = database.argsOf('open_incident') as [Record<string, string>]
  assert.deepEqual(
    [incident['kind'], incident['subject'], incident['evidence_id']],
    ['captcha', 'fr on worker-fr', EVIDENCE],
  )
  assert.match(incident['detail'] ?? '', /rests on worker-fr for 30 min/)
})

test('a wall of login is for a person too', async () => {
  const { make } = stage({ real: visited(page(200, '<h1>Vinted</h1>'), null, 'https://www.vinted.fr/member/login') })
  const made = await make()
  assert.equal(made.kind === 'refused' && made.verdict, 'captcha')
})

test('an ordinary page that speaks of captchas in a script is none', async () => {
  const { make } = stage({ real: visited(page(200, '<h1>Vinted</h1><script>captchaKey</script>'), null) })
  const made = await make()
  assert.equal(made.kind === 'refused' && made.verdict, 'challenged')
})

test('while a market rests nothing is asked', async () => {
  const { make, makeInBrowser, asked, effects } = stage({ restingUntil: '2026-11-22T12:30:00Z' })
  for (const made of [await make(), await makeInBrowser()])
    assert.equal(made.kind === 'refused' && made.verdict, 'captcha')
  assert.deepEqual([asked, effects()], [[], []])
})

test('challenged in the browser too, the address is banned', async () => {
  const { make, effects } = stage({ real: visited(challenge, null) })
  const made = await make()
  assert.equal(made.kind === 'refused' && made.verdict, 'challenged')
  assert.deepEqual(effects(), [{ kind: 'ban', ms: BAN_MS, longestMs: BAN_MS, reason: 'challenge, HTTP 403' }])
})

test('what is no challenge means the same in a browser', async () => {
  for (const [answer, verdict] of [
    [page(429, ''), 'throttled'],
    [page(403, 'Forbidden'), 'blocked'],
    [{ kind: 'no-answer', error: 'net::ERR_TIMED_OUT' } as const, 'upstream-error'],
  ] as const) {
    const { make } = stage({ real: visited(answer, null) })
    const made = await make()
    assert.equal(made.kind === 'refused' && made.verdict, verdict)
  }
})

test('without a browser the challenge stands, and the owner is told what to install', async () => {
  for (const { path, real } of [
    { path: null },
    { path: '/usr/bin/chromium', real: { kind: 'failed', detail: 'does not start' } as const },
  ]) {
    const { make, effects, database } = stage({ path, ...(real && { real }) })
    const made = await make()
    assert.equal(made.kind === 'refused' && made.verdict, 'challenged')
    assert.deepEqual(effects(), [{ kind: 'ban', ms: BAN_MS, longestMs: BAN_MS, reason: 'challenge, HTTP 403' }])
    const [incident] = database.argsOf('open_incident') as [Record<string, string>]
    assert.deepEqual([incident['kind'], incident['subject']], ['browser-missing', 'worker-fr'])
    assert.match(incident['detail'] ?? '', /apt-get install chromium.+puppeteer browsers install chrome.+CHROME_PATH/)
  }
})

test('a browser that was asked for and is not there bans nobody: the site has said nothing', async () => {
  const { makeInBrowser, asked, effects } = stage({ path: null })
  const made = await makeInBrowser()
  assert.equal(made.kind === 'refused' && made.verdict, 'no-session')
  assert.deepEqual([asked, effects()], [[], [{ kind: 'none' }]])
})

test('sessions are made one after the other, whoever asks', async () => {
  const { make, makeInBrowser, asked } = stage({ real: visited(page(200, ''), 'token') })
  await Promise.all([make(), makeInBrowser()])
  assert.deepEqual(asked, ['slot', 'http', 'slot', 'browser fr', 'slot', 'browser fr'])
})
