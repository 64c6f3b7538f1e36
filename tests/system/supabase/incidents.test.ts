import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { CurrentIncident } from '../../../shared/database/incidents.ts'
import type { OutboxRow } from '../../../shared/database/outbox.ts'
import { makeAlert } from '../../support/supabase/checks.ts'
import { begin, claimMessage, enqueue, settle } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

const ban = (subject: string, detail = 'refused (403)', until: string | null = null): CurrentIncident => ({
  kind: 'ban',
  subject,
  detail,
  until,
})

describe('incidents, and what the owner hears of them', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const sync = (...incidents: CurrentIncident[]) =>
    vigie.call('sync_incidents', { kinds: ['ban', 'main-down'], incidents })
  const tell = () => vigie.call('tell_incidents', { channel: 'telegram', language: 'en' })
  const told = async (): Promise<OutboxRow[]> =>
    (await vigie.call('list_outbox', { status: null, most: 100 })).filter(({ kind }) => kind === 'notice')
  const open = async () => (await vigie.call('list_incidents', {})).filter(({ isOpen }) => isOpen)

  test('an incident is told once when it opens and once when it closes, however often it is looked at', async () => {
    for (let look = 0; look < 3; look += 1) {
      await sync(ban('worker-fr'))
      await tell()
    }
    assert.equal((await told()).length, 1)
    for (let look = 0; look < 3; look += 1) {
      await sync()
      await tell()
    }
    assert.equal((await told()).length, 2)
    assert.deepEqual(await open(), [])
  })

  test('its words and its end may change while it is open', async () => {
    const until = '2026-11-22T12:30:00+00:00'
    await sync(ban('worker-fr'))
    await sync(ban('worker-fr', 'refused (challenge)', until))
    const [incident, ...more] = await open()
    assert.deepEqual([incident?.detail, incident?.until, more.length], ['refused (challenge)', until, 0])
  })

  test('two of one name are one, and never stop the others from being told', async () => {
    await sync(ban('worker-fr'), ban('worker-fr', 'again'), ban('worker-us'))
    assert.equal((await open()).length, 2)
  })

  test('what was met in a market that nobody watches, or on a worker that is gone, is over', async () => {
    const alert = await makeAlert(vigie, { market: 'fr' })
    const worker = { id: 'worker-fr', name: 'FR', region: 'cdg', url: 'https://fr.example' }
    await vigie.call('configure_workers', { workers: [worker] })
    const met = [
      ['captcha', 'fr on worker-fr'],
      ['browser-missing', 'worker-fr'],
      ['frozen', 'fr'],
      ['protocol-changed', 'fr, canary'],
    ] as const
    for (const [kind, subject] of met) await vigie.call('open_incident', { kind, subject, detail: 'd' })
    await vigie.call('open_incident', { kind: 'browser-missing', subject: 'worker-gone', detail: 'd' })
    await sync()
    assert.equal((await open()).length, met.length)
    await vigie.call('delete_alert', { id: alert.id })
    await sync()
    assert.deepEqual(
      (await open()).map(({ kind }) => kind),
      ['browser-missing'],
    )
    await vigie.call('configure_workers', { workers: [] })
    await sync()
    assert.deepEqual(await open(), [])
  })

  test('each is closed by itself, and kinds that are not spoken of stay open', async () => {
    await vigie.call('open_incident', { kind: 'later-kind', subject: 'fr', detail: 'd' })
    await sync(ban('worker-fr'), ban('worker-us'))
    await sync(ban('worker-us'))
    assert.deepEqual((await open()).map(({ kind, subject }) => `${kind} ${subject}`).sort(), [
      'ban worker-us',
      'later-kind fr',
    ])
  })

  test('what opened and closed before anybody could tell is one message', async () => {
    await sync(ban('worker-fr'))
    await sync()
    await tell()
    assert.equal((await told()).length, 1)
  })

  test('the owner hears on Telegram once a chat is known, on the terminal before', async () => {
    await sync(ban('worker-fr'))
    await tell()
    await vigie.call('set_owner_chat', { chat_id: '42' })
    await sync(ban('worker-fr'), ban('worker-us'))
    await tell()
    const destinations = (await told()).map(({ channel, destination }) => `${channel} ${destination}`)
    assert.deepEqual(destinations.sort(), ['console console', 'telegram 42'])
  })

  test('an owner whose group moved is followed', async () => {
    await vigie.call('set_owner_chat', { chat_id: '-1' })
    await enqueue(vigie, { itemId: 1, destination: '-1' })
    const message = await claimMessage(vigie)
    await begin(vigie, message)
    await settle(vigie, message, { kind: 'migrated', to: '-1001', error: 'migrated' })
    assert.equal(await vigie.call('get_owner_chat', {}), '-1001')
  })

  test('a configured chat wins over a bound one, and none keeps what is known', async () => {
    await vigie.call('set_owner_chat', { chat_id: '7' })
    await vigie.call('set_owner_chat', { chat_id: null })
    assert.equal(await vigie.call('get_owner_chat', {}), '7')
  })

  test('a main that wrote no health row for ten minutes is silent; one row of any region is a sign of life', async () => {
    const workers = ['worker-fr', 'worker-us'].map((id) => ({ id, name: id, region: 'x', url: 'https://x.example' }))
    await vigie.call('configure_workers', { workers })
    const report = () => vigie.call('report_silent_main', { silent_ms: 600_000, detail: 'no health check for 10 min' })
    assert.equal(await report(), false, 'a main that never was is not missed')
    await vigie.query(`update public.worker_status set last_health_check_at = now() - interval '11 minutes'`)
    assert.equal(await report(), true)
    assert.equal(await report(), true)
    assert.equal((await open()).length, 1)
    await vigie.call('acquire_lease', { name: 'leader', holder: 'main', ttl_ms: 60_000 })
    assert.equal(await report(), false, 'a main that leads lives')
    await vigie.call('release_lease', { name: 'leader', holder: 'main' })
    await vigie.query(`update public.worker_status set last_health_check_at = now() where worker_id = 'worker-us'`)
    assert.equal(await report(), false)
    await sync()
    assert.deepEqual(await open(), [])
  })

  test('the line of the day comes once, after its hour, with what was done', async () => {
    const daily = (at: string) => vigie.call('tell_daily', { channel: 'telegram', at, language: 'fr' })
    const [clock] = await vigie.query<{ soon: string; ago: string }>(
      `select to_char((now() at time zone 'utc') + interval '1 minute', 'HH24:MI') as soon,
         to_char((now() at time zone 'utc'), 'HH24:MI') as ago`,
    )
    if (clock?.soon !== '00:00') {
      await daily(clock?.soon ?? '')
      assert.equal((await told()).length, 0)
    }
    await daily(clock?.ago ?? '')
    await daily(clock?.ago ?? '')
    assert.deepEqual(
      (await told()).map(({ payload }) => payload),
      [{ daily: { checks: 0, finds: 0 }, language: 'fr' }],
    )
  })

  test('troubles are the dead letters by chat, chats that take nothing, channels that are away and parked alerts', async () => {
    for (let twin = 0; twin < 2; twin += 1) await makeAlert(vigie, { name: 'Robes' })
    await vigie.query(`update public.alerts set parked_reason = 'unknown filter'`)
    for (const destination of ['a', 'b', 'c']) await enqueue(vigie, { itemId: 1, destination })
    await settle(vigie, await claimMessage(vigie), { kind: 'failed', error: '400 Bad Request' })
    await settle(vigie, await claimMessage(vigie), { kind: 'disabled', error: '403 blocked' })
    const away = {
      kind: 'retry' as const,
      afterMs: 0,
      error: 'away',
      wholeChannel: true,
      uncounted: true,
      ambiguous: false,
    }
    await settle(vigie, await claimMessage(vigie), away)
    const { deadLetters, disabledChats, deadChannels, parkedAlerts } = await vigie.call('read_troubles', {})
    assert.deepEqual(deadLetters, [{ channel: 'telegram', destination: 'a', count: 1, error: '400 Bad Request' }])
    assert.deepEqual(disabledChats, [{ channel: 'telegram', destination: 'b', reason: '403 blocked' }])
    assert.deepEqual(
      deadChannels.map(({ channel, failures, error }) => [channel, failures, error]),
      [['telegram', 1, 'away']],
    )
    assert.deepEqual(
      parkedAlerts.map(({ names, count, reason, until }) => [names, count, reason, until]),
      [[['Robes', 'Robes'], 2, 'unknown filter', null]],
    )
  })
})
