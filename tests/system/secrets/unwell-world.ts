import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureCertificate } from '../../../local/sandbox/certificate.ts'
import { startChild } from '../../support/database/child-process.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import { enqueue } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import { dumpDatabase, storedCookies } from './dump-database.ts'
import type { Place, Secret } from './find-secrets.ts'
import { startHostileSite } from './hostile-site.ts'
import { planted, plantSecrets } from './plant-secrets.ts'
import { sharedSession } from './shared-session.ts'
import { startUnwellTelegram, TROUBLED_CHATS } from './unwell-telegram.ts'

const COMMANDS = [
  { type: 'custom', payload: { task: 'collect-evidence', args: { market: 'de' } } },
  { type: 'custom', payload: { task: 'probe-market', args: { market: 'de' } } },
  { type: 'scrape', payload: { url: 'https://www.vinted.de/items/123-a' } },
  { type: 'generate-cookies', payload: { market: 'es' } },
]
/** Each kind of echo meets each command at least once. */
const ROUNDS = 6

/** A region whose proxy, site and Telegram are all against it; what it wrote and answered, and what it must have kept. */
export async function liveInUnwellWorld(): Promise<{ places: Place[]; secrets: Secret[] }> {
  await using opened = new AsyncDisposableStack()
  const { env, cookies, secrets } = plantSecrets()
  const login = `user:${planted('proxy-password')}`
  const dir = await mkdtemp(join(tmpdir(), 'vigie-secrets-'))
  opened.defer(() => rm(dir, { recursive: true }))
  const certificate = await ensureCertificate(dir)
  const vigie = await startVigieDatabase('pglite')
  opened.defer(() => vigie.close())
  const site = await startHostileSite(certificate, login)
  opened.defer(() => site.close())
  const telegram = await startUnwellTelegram()
  opened.defer(() => telegram.close())
  await vigie.call('save_session', { session: await sharedSession('de', cookies, env.COOKIE_ENCRYPTION_KEY) })

  const url = `http://127.0.0.1:${await freePorts(1)}`
  const region = startChild(['regional-worker/main.ts'], {
    ...env,
    HOST: '127.0.0.1',
    PORT: new URL(url).port,
    WORKER_ID: 'worker-unwell',
    SUPABASE_URL: vigie.url,
    SUPABASE_SERVICE_ROLE_KEY: vigie.key,
    TELEGRAM_API_ROOT: telegram.url,
    EGRESS_PROXY_URL: site.proxyUrl,
    NODE_EXTRA_CA_CERTS: certificate.certFile,
    LOG_LEVEL: 'trace',
    REQUEST_DELAY_MIN_MS: '1',
    REQUEST_DELAY_MAX_MS: '2',
    WORKER_BAN_DURATION_MS: '1',
  })
  opened.defer(async () => {
    region.kill('SIGTERM')
    await region.ended
  })
  await region.line(/"event":"workerReady"/)
  const places: Place[] = []
  const execute = async (command: object, key = env.API_SECRET): Promise<void> => {
    const answer = await fetch(`${url}/api/v1/worker/execute`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(command),
    })
    places.push({ where: `an answer to ${JSON.stringify(command)}`, text: await answer.text() })
  }
  for (const [place, chat] of TROUBLED_CHATS.entries()) await enqueue(vigie, { destination: chat, itemId: place + 1 })
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const command of COMMANDS) await execute(command)
    // A 429 or a challenge would rest the address: what it says next is worth as much.
    await vigie.query('update public.egress_status set resting_until = null, banned_until = null')
    await vigie.query('delete from public.market_rests')
    await vigie.query('update public.scraping_cookies set last_verdict = null')
  }
  await execute({ type: 'scrape', payload: {} }, env.API_SECRET_PREVIOUS)
  await execute({ type: 'scrape', payload: {} }, `${env.API_SECRET}x`)
  assert.ok(site.echoes >= ROUNDS, `the site was asked ${site.echoes} times`)
  assert.ok(site.refusals > 0, 'the proxy refused')
  await eventually(async () => {
    // A token that is refused makes the whole channel wait.
    await vigie.query('update public.outbox_channels set next_send_at = now()')
    assert.deepEqual([...telegram.asked].sort(), [...TROUBLED_CHATS].sort())
  })
  await telegram.close()
  await vigie.query('update public.outbox_destinations set next_send_at = now(), disabled_reason = null')
  await eventually(async () => {
    await vigie.query('update public.outbox_channels set next_send_at = now()')
    await vigie.query(`update public.outbox set not_before = now() where state = 'waiting'`)
    assert.match(region.output(), /Telegram cannot be reached/)
  })
  const kept = await storedCookies(vigie.query, env.COOKIE_ENCRYPTION_KEY)
  places.push(...(await dumpDatabase('unwell world', vigie.query)))
  places.push({ where: 'output of the unwell region', text: region.output() })
  return { places, secrets: [...secrets, { name: 'EGRESS_PROXY_URL, password', value: login.slice(5) }, ...kept] }
}
