import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Alert } from '../../../shared/contracts/alert.ts'
import { DatabaseError } from '../../../shared/database/open-database.ts'
import { checkOf, failedCheck, makeAlert, record } from '../../support/supabase/checks.ts'
import { beginOwn, finish, plan } from '../../support/supabase/runs.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('what alerts did', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const run = async (
    alert: Alert,
    check: (base: { runId: string; attempt: number }) => Parameters<typeof record>[1],
  ) => {
    const begun = await beginOwn(vigie)
    await plan(vigie, begun, { attempt: 1, alerts: [{ id: alert.id }] })
    await record(vigie, check({ runId: begun.runId, attempt: 1 }))
    return { finish: () => finish(vigie, begun) }
  }
  const good = (alert: Alert, page: number[]) => run(alert, (base) => checkOf(page, [alert], base))
  const dayOf = async (alert: Alert) => {
    const [day] = await vigie.call('read_alert_days', { ids: [alert.id] })
    const sum = [0, 0, 0]
    for (const [, ...numbers] of day?.hours ?? [])
      for (const [place, n] of numbers.entries()) sum[place] = (sum[place] ?? 0) + n
    return { good: sum[0], failed: sum[1], finds: sum[2], last: day?.lastCheck?.verdict ?? null }
  }
  const member = async (): Promise<string> => {
    const code_hash = randomUUID()
    await vigie.call('create_invitation', { code_hash, role: 'member', name: 'Ana', ttl_ms: 60_000 })
    return (await vigie.call('use_invitation', { code_hash, chat_id: '2002', language: 'fr' }))?.id ?? assert.fail()
  }

  test('a day counts good and failed checks and finds, those of the cycle that runs too, each once', async () => {
    const alert = await makeAlert(vigie)
    assert.deepEqual(await dayOf(alert), { good: 0, failed: 0, finds: 0, last: null })
    const first = await good(alert, [2, 1])
    assert.deepEqual(await dayOf(alert), { good: 1, failed: 0, finds: 0, last: 'ok' })
    await first.finish()
    assert.deepEqual(await dayOf(alert), { good: 1, failed: 0, finds: 0, last: 'ok' })
    await (await good(alert, [4, 3, 2, 1])).finish()
    await (await run(alert, (base) => failedCheck('blocked', [alert], base))).finish()
    assert.deepEqual(await dayOf(alert), { good: 2, failed: 1, finds: 2, last: 'blocked' })
    const details = await vigie.call('read_alert_details', { id: alert.id })
    assert.deepEqual(
      [details?.allFinds, details?.finds.length, details?.checks.map(({ verdict }) => verdict)],
      [2, 2, ['blocked', 'ok', 'ok']],
    )
    assert.equal(details?.messages.length, 3, 'the baseline and two finds')
  })

  test('hours older than a day are neither counted nor kept', async () => {
    const alert = await makeAlert(vigie)
    await (await good(alert, [1])).finish()
    await vigie.query(`update public.alert_hours set hour_at = hour_at - interval '24 hours'`)
    assert.equal((await dayOf(alert)).good, 0)
    await vigie.query(`update public.alert_hours set hour_at = hour_at - interval '3 hours'`)
    await (await good(alert, [1])).finish()
    const [{ n } = { n: 0 }] = await vigie.query<{ n: number }>('select count(*)::int as n from public.alert_hours')
    assert.equal(n, 1)
  })

  test('the list says whose an alert is and whether the running cycle has yet to check it; a person sees their own', async () => {
    const ana = await member()
    const own = await makeAlert(vigie)
    const id = randomUUID()
    await vigie.call('create_alert', { id, alert: { name: 'Ana’s', market: 'fr', searchText: 'sac' }, person_id: ana })
    const begun = await beginOwn(vigie)
    await plan(vigie, begun, { attempt: 1, alerts: [{ id: own.id }] })
    const { alerts, people } = await vigie.call('read_alert_activity', {})
    assert.equal(people, 2)
    assert.deepEqual(
      alerts.map(({ id, personName, isPlanned }) => [id, personName, isPlanned]),
      [
        [id, 'Ana', false],
        [own.id, 'owner', true],
      ],
    )
    const theirs = await vigie.call('read_alert_activity', { person_id: ana })
    assert.deepEqual(
      theirs.alerts.map((alert) => alert.id),
      [id],
    )
  })

  test('many alerts are made together or not at all', async () => {
    const make = (searchText: string | null) => ({
      id: randomUUID(),
      alert: { name: 'x', market: 'fr', searchText },
      personId: null,
    })
    await assert.rejects(vigie.call('create_alerts', { alerts: [make('robe'), make(null)] }), DatabaseError)
    assert.deepEqual(await vigie.call('list_alerts', {}), [])
    const both = [make('robe'), make('sac')]
    const made = await vigie.call('create_alerts', { alerts: both })
    assert.deepEqual(await vigie.call('create_alerts', { alerts: both }), made, 'and the same ones once')
    assert.equal((await vigie.call('list_alerts', {})).length, 2)
  })

  test('many alerts are changed and deleted within the reach of who asks', async () => {
    const ana = await member()
    const own = await makeAlert(vigie)
    const id = randomUUID()
    await vigie.call('create_alert', { id, alert: { name: 'Ana’s', market: 'fr', searchText: 'sac' }, person_id: ana })
    const ids = [own.id, id, randomUUID()]
    assert.equal(await vigie.call('change_alerts', { ids, changes: { isActive: false }, person_id: ana }), 1)
    assert.equal((await vigie.call('get_alert', { id: own.id }))?.isActive, true)
    assert.equal(await vigie.call('change_alerts', { ids, changes: { isActive: false } }), 2)
    assert.equal(await vigie.call('delete_alerts', { ids, person_id: ana }), 1)
    assert.equal(await vigie.call('delete_alerts', { ids }), 1)
  })

  test('a word to a chat waits once per event; a closed chat takes none and says why; a group that moved is followed', async () => {
    const tell = async (destination: string, event: string) => {
      const place = { channel: 'telegram', chat_id: destination, topic_id: 7 }
      const payload = { test: true, language: 'fr' } as const
      const message = await vigie.call('get_outbox', {
        id: await vigie.call('tell_chat', { ...place, event, payload }),
      })
      return message ?? assert.fail('no message')
    }
    const first = await tell('chat-1', 'test:1')
    assert.deepEqual([first.status, first.kind, first.destination], ['waiting', 'notice', 'chat-1'])
    assert.equal((await tell('chat-1', 'test:1')).id, first.id)
    await vigie.query(`update public.outbox_destinations set disabled_reason = 'blocked' where destination = 'chat-1'`)
    const closed = await tell('chat-1', 'test:2')
    assert.deepEqual([closed.status, closed.lastError], ['failed', 'blocked'])
    await tell('chat-2', 'test:3')
    await vigie.query(`insert into public.outbox_destinations (channel, destination) values ('telegram', 'moved')`)
    await vigie.query(`update public.outbox_destinations set migrated_to = 'moved' where destination = 'chat-2'`)
    assert.equal((await tell('chat-2', 'test:4')).destination, 'moved')
  })
})
