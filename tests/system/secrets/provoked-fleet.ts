import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../support/fleet/eventually.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'
import { storedCookies } from './dump-database.ts'
import type { Query } from './dump-database.ts'
import type { Place, Secret } from './find-secrets.ts'
import type { Planted } from './plant-secrets.ts'

/** What the sandbox can do to a region quickly; those that only hang say nothing new. */
const SITE_FAULTS = [
  'unauthorized',
  'forbidden',
  'challenge',
  'captcha',
  'throttled',
  'error',
  'truncated',
  'html',
  'gone',
  'wrong-market',
]
const TELEGRAM_FAULTS = ['429', '403', '400-chat', '400-entities', '400-photo', 'migrate', '500']

/** One fleet through good and bad; every answer it gives is kept in `places`. */
export function provoke(fleet: TestFleet, secrets: Planted, query: Query) {
  const places: Place[] = []
  const kept: Secret[] = []
  const keepCookies = async (): Promise<void> => {
    kept.push(...(await storedCookies(query, secrets.env.COOKIE_ENCRYPTION_KEY)))
  }
  const { env, cookies, cookieHeader } = secrets
  const ask = async (method: string, path: string, body?: unknown, key: string = env.API_SECRET): Promise<Json> => {
    const answer = await fleet.send(`${fleet.local().main.url}${path}`, method, body, { 'x-api-key': key })
    const headers = JSON.stringify([...answer.headers])
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    places.push({ where: `the answer ${answer.status} to ${method} ${path}`, text: `${headers} ${text}` })
    return answer.body
  }
  const execute = async (type: string, payload: object): Promise<Json> =>
    ask('POST', '/api/v1/worker/main/execute', { type, payload })

  async function succeed(seller: string): Promise<void> {
    await ask('POST', '/api/v1/alerts', { market: 'fr', searchText: 'planted thing' })
    await ask('POST', '/api/v1/alerts/run-once')
    const thing = {
      title: 'Planted thing',
      brand: 'Nike',
      size: 'M',
      statusId: 2,
      price: 10,
      sellerLogin: seller,
    }
    await fleet.control('POST', 'listings', { market: 'fr', listings: [thing] })
    const run = await ask('POST', '/api/v1/alerts/run-once', undefined, env.API_SECRET_PREVIOUS)
    assert.equal(run.totals.newMatches, 1, 'one find')
    await ask('POST', '/api/v1/alerts/preview', { market: 'fr', searchText: 'planted thing' })
    await execute('scrape', { url: 'https://www.vinted.fr/catalog?search_text=planted+thing' })
    await execute('generate-cookies', { market: 'fr', force: true })
    await keepCookies()
    const shared = await ask('POST', '/api/v1/token/cookies', {
      market: 'de',
      userAgent: 'Mozilla/5.0 (planted)',
      cookies: cookieHeader,
    })
    assert.deepEqual(shared.cookieNames, Object.keys(cookies).sort(), 'the cookies are imported')
  }

  /** A person who pastes secrets where they do not belong. */
  async function askBadly(): Promise<void> {
    const session = { market: 'fr', userAgent: 'Mozilla/5.0 (planted)' }
    const list = Object.entries(cookies).map(([name, value]) => ({ name, value }))
    for (const body of [
      { ...session, market: 'zz', cookies: cookieHeader },
      { ...session, userAgent: cookies.datadome.slice(0, 5), cookies: list },
      { ...session, userAgent: [cookies.datadome], cookies: cookieHeader },
      { ...session, cookies: [cookies.datadome] },
      { ...session, cookies },
      { ...session, cookies: [{ name: 'datadome', value: { nested: cookies.datadome } }] },
      { ...session, cookies: cookies.datadome },
      { ...session, cookies: cookies.access_token_web },
      { ...session, worker: 'worker-zz', cookies: cookieHeader },
      { ...session, cookie: cookieHeader },
      { ...session, cookies: `${cookieHeader}; ${'x'.repeat(33_000)}` },
      `{"market":"fr","userAgent":"Mozilla/5.0 (planted)","cookies":${cookieHeader}}`,
      `{"market":"fr","cookies":"${cookieHeader}`,
      `{"market":"fr","cookies":"${cookieHeader}\\x"}`,
      cookieHeader,
    ])
      await ask('POST', '/api/v1/token/cookies', body)
    await execute('check-alerts', { alerts: [], cookies: cookieHeader })
    await execute('scrape', { url: `https://user:${env.API_SECRET}@www.vinted.fr/` })
    await ask('GET', `/api/v1/alerts?x-api-key=${env.API_SECRET}`, undefined, 'nonsense')
    await ask('GET', `/?key=${env.API_SECRET}`)
    for (const key of ['', `${env.API_SECRET}x`, env.API_SECRET.slice(0, -1), env.TELEGRAM_BOT_TOKEN])
      await ask('GET', '/api/v1/alerts', undefined, key)
  }

  async function failAtTheSite(): Promise<void> {
    for (const mode of SITE_FAULTS) {
      await fleet.control('POST', 'faults', { mode, ...(mode === 'throttled' && { retryAfter: 1 }) })
      await execute('custom', { task: 'collect-evidence', args: { market: 'fr' } })
      // A browser waits 20 s for a person to come.
      if (mode !== 'captcha') await ask('POST', '/api/v1/alerts/run-once')
      await execute('generate-cookies', { market: 'nl' })
      await keepCookies()
      await fleet.control('DELETE', 'faults')
      await query('update public.egress_status set banned_until = null, resting_until = null')
      await query('delete from public.market_rests')
    }
  }

  async function failAtTelegram(): Promise<void> {
    for (const [place, mode] of TELEGRAM_FAULTS.entries()) {
      const chat = String(2_000_000 + place)
      await fleet.control('POST', 'telegram/faults', { mode, chat, ...(mode === '429' && { retryAfter: 1 }) })
      await query(`select public.enqueue(array[('telegram', '${chat}', null, null, ${place + 1}, 'new', 'notice',
        '{"incident":"test","subject":"s","detail":"d","isClosed":false,"evidenceId":null,"language":"fr"}')::public.new_message])`)
    }
    await eventually(async () => {
      const { messages } = (await fleet.api('GET', '/api/v1/outbox?limit=1000')).body
      const tried = messages.filter((message: Json) => message.destination.includes('200000') && message.attempts > 0)
      assert.ok(tried.length >= TELEGRAM_FAULTS.length - 2, `${tried.length} were tried`)
      assert.ok(messages.some((message: Json) => message.lastError !== null))
    })
  }

  async function loseTheDatabase(): Promise<void> {
    process.kill(fleet.local().database.pid, 'SIGKILL')
    const answers = await Promise.all([
      ask('GET', '/api/v1/alerts'),
      ask('GET', '/'),
      ask('GET', '/api/v1/worker/main/stats'),
      ask('POST', '/api/v1/alerts/run-once'),
      ask('GET', '/api/v1/token/status', undefined, ''),
      execute('custom', { task: 'collect-evidence', args: { market: 'fr' } }),
    ])
    assert.ok(
      answers.some((body) => body?.code === 'DATABASE_UNAVAILABLE'),
      'the database was away',
    )
    await eventually(async () => assert.equal((await fleet.api('GET', '/api/v1/alerts')).status, 200))
  }

  /** All that can be read of the fleet afterwards. */
  async function readEverything(): Promise<void> {
    for (const path of [
      '/',
      '/api/health',
      '/api/v1/alerts',
      '/api/v1/worker/main/stats',
      '/api/v1/token/status',
      '/api/v1/outbox?limit=1000',
    ])
      await ask('GET', path)
    for (const { runId } of (await ask('GET', '/api/v1/runs')).runs) await ask('GET', `/api/v1/runs/${runId}`)
    const { evidence } = await ask('GET', '/api/v1/evidence')
    assert.ok(evidence.length > 0, 'refusals left evidence')
    for (const { id } of evidence) await ask('GET', `/api/v1/evidence/${id}`)
    places.push({ where: 'the messages', text: JSON.stringify(await fleet.messages()) })
    places.push({ where: 'the terminal', text: fleet.output.join('\n') })
    const logs = join(fleet.folder, 'logs')
    for (const file of readdirSync(logs)) places.push({ where: file, text: readFileSync(join(logs, file), 'utf8') })
    if (process.platform !== 'linux') return // Only there a command line is a file.
    const { main, workers, database } = fleet.local()
    for (const pid of [main.pid, database.pid, ...workers.map((worker) => worker.pid)])
      places.push({ where: `the command line of ${pid}`, text: readFileSync(`/proc/${pid}/cmdline`, 'utf8') })
  }

  return { places, kept, succeed, askBadly, failAtTheSite, failAtTelegram, loseTheDatabase, readEverything }
}
