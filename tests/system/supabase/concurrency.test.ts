import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Client } from 'pg'
import { checkOf, makeAlert, record } from '../../support/supabase/checks.ts'
import {
  begin as beginSend,
  claim,
  claimMessage,
  deliverAll,
  enqueue,
  settle,
} from '../../support/supabase/messages.ts'
import { begin, beginOwn, loseLease, plan } from '../../support/supabase/runs.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

/** Calls in flight at once: the gateway holds ten connections. */
const AT_ONCE = 8
const times = <Result>(count: number, make: (number: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, number) => make(number)))

describe('the verbs of the database under many callers, on PostgreSQL', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('postgres')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  /** A session of its own that keeps a row locked until it is told. */
  const holdRow = async (sql: string): Promise<() => Promise<void>> => {
    const [server] = await vigie.query<{ port: number }>('select inet_server_port() as port')
    const client = new Client(`postgresql://postgres@127.0.0.1:${server?.port}/postgres`)
    await client.connect()
    await client.query('begin')
    await client.query(sql)
    return async () => {
      await client.query('commit')
      await client.end()
    }
  }
  /** Once that many calls wait for a lock. */
  const waiting = async (count: number): Promise<void> => {
    for (;;) {
      const [row] = await vigie.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'`,
      )
      if ((row?.count ?? 0) >= count) return
    }
  }

  test('of many callers of take_slot exactly one gets the slot', async () => {
    for (let round = 0; round < 5; round += 1) {
      const slots = await times(AT_ONCE, () => vigie.call('take_slot', { egress: `home-${round}`, gap_ms: 20_000 }))
      assert.equal(slots.filter(({ granted }) => granted).length, 1)
    }
  })

  test('of many mains exactly one starts the cycle, and all others hear of its run', async () => {
    const begun = await times(AT_ONCE, (number) => begin(vigie, `main-${number}`))
    const started = begun.filter(({ kind }) => kind === 'started')
    assert.equal(started.length, 1)
    assert.deepEqual(
      new Set(begun.map(({ kind, run }) => (kind === 'started' ? 'it' : run?.runId))),
      new Set(['it', started[0]?.run?.runId]),
    )
    assert.equal((await vigie.call('list_runs', { most: 10 })).length, 1)
  })

  test('of many mains exactly one takes a lost cycle over', async () => {
    const lost = await beginOwn(vigie)
    await loseLease(vigie)
    const begun = await times(AT_ONCE, (number) => begin(vigie, `other-${number}`))
    assert.deepEqual(begun.map(({ kind }) => kind).sort(), [
      'resumed',
      ...Array.from({ length: AT_ONCE - 1 }, () => 'running'),
    ])
    assert.ok(begun.every(({ run }) => run?.runId === lost.runId))
  })

  test('of many callers with one key all get one run', async () => {
    const begun = await times(AT_ONCE, (number) => begin(vigie, `main-${number}`, { key: 'k' }))
    assert.equal(new Set(begun.map(({ run }) => run?.runId)).size, 1)
  })

  test('of many holders exactly one gets a lease, new or expired', async () => {
    for (const expected of [1, 2]) {
      const leases = await times(AT_ONCE, (number) =>
        vigie.call('acquire_lease', { name: 'leader', holder: `main-${number}`, ttl_ms: 15_000 }),
      )
      assert.equal(leases.filter(({ acquired }) => acquired).length, 1)
      assert.ok(leases.every(({ token }) => token === expected))
      await loseLease(vigie, 'leader')
    }
  })

  test('one answer recorded by many callers at once is recorded once', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    await deliverAll(vigie)
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    const check = { ...checkOf([3, 2, 1], [alert]), runId: run.runId, attempt: 1 }
    const answers = await times(AT_ONCE, () => record(vigie, check))
    assert.deepEqual(
      answers,
      Array.from({ length: AT_ONCE }, () => answers[0]),
    )
    assert.deepEqual(answers[0]?.alerts[0]?.newIds, [3, 2])
    assert.equal((await vigie.call('list_outbox', { status: 'waiting', most: 10 })).length, 2)
  })

  test('two workers that see one search at once tell each of its listings once', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    await deliverAll(vigie)
    const pages = [
      [2, 1],
      [3, 2, 1],
      [4, 3, 2, 1],
    ]
    const answers = await Promise.all(
      [...pages, ...pages].map((page, number) => record(vigie, checkOf(page, [alert], { egress: `worker-${number}` }))),
    )
    const told = answers.flatMap(({ alerts }) => alerts.flatMap(({ newIds }) => newIds))
    assert.equal(new Set(told).size, told.length)
    const queued = await vigie.call('list_outbox', { status: 'waiting', most: 10 })
    assert.equal(queued.length, told.length)
  })

  test('a late answer and the next slot of one address do not lock each other out', async () => {
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1 })
    // Workers behind one address: the search was given to the second, the answer of the first comes late.
    const item = { run_id: run.runId, search_key: 'a-search' }
    await vigie.call('take_slot', { egress: 'home', gap_ms: 0, ...item, attempt: 1 })
    await plan(vigie, run, { attempt: 2, workerId: 'worker-us' })
    const release = await holdRow('select * from public.run_items for update')
    const late = record(vigie, { ...checkOf([1], []), egress: 'home', runId: run.runId, attempt: 1 })
    await waiting(1)
    const slot = vigie.call('take_slot', { egress: 'home', gap_ms: 0, ...item, attempt: 2 })
    await waiting(2)
    await release()
    assert.deepEqual([(await late).recorded, (await slot).granted], [false, true])
  })

  test('a check waits for a change of its alert that is under way, and then leaves the alert out', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    await deliverAll(vigie)
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    const release = await holdRow(`update public.alerts set excluded_words = '{enfant}'`)
    const answer = record(vigie, { ...checkOf([2, 1], [alert]), runId: run.runId, attempt: 1 })
    await waiting(1)
    await release()
    assert.deepEqual(await answer, { recorded: true, alerts: [] })
    const [due] = await vigie.call('list_due_alerts', {})
    assert.equal(due?.revision, 2)
    const next = await record(vigie, checkOf([2, 1], [alert]))
    assert.deepEqual(next.alerts[0]?.newIds, [2])
  })

  test('many senders that drain 200 messages send each exactly once, one at a time per chat', async () => {
    for (let itemId = 1; itemId <= 200; itemId += 1)
      await enqueue(vigie, { destination: `chat-${itemId % 20}`, itemId })
    const busy = new Set<string>()
    const sent: string[] = []
    await times(AT_ONCE, async () => {
      for (let idle = 0; idle < 3;) {
        const message = await claim(vigie)
        if (message === null || 'waitMs' in message) {
          idle += message === null ? 1 : 0
          continue
        }
        assert.ok(!busy.has(message.destination), `${message.destination} is written to by two senders`)
        busy.add(message.destination)
        sent.push(...message.notifications.map(({ id }) => id))
        busy.delete(message.destination)
        assert.equal(await settle(vigie, message), true)
      }
    })
    for (const message of await deliverAll(vigie)) sent.push(...message.notifications.map(({ id }) => id))
    assert.deepEqual([sent.length, new Set(sent).size], [200, 200])
    const rows = await vigie.call('list_outbox', { status: 'sent', most: 1_000 })
    assert.equal(rows.length, 200)
    assert.ok(rows.every(({ attempts, possibleRepeats }) => attempts === 1 && possibleRepeats === 0))
  })

  test('of many senders that find a lost claim exactly one takes it over, counted once', async () => {
    await enqueue(vigie, { itemId: 1 })
    await beginSend(vigie, await claimMessage(vigie))
    await vigie.query(`update public.outbox_destinations set locked_until = now() - interval '1 second'`)
    const claims = await times(AT_ONCE, () => claim(vigie))
    assert.equal(claims.filter((message) => message && 'claimId' in message).length, 1)
    const [row] = await vigie.call('list_outbox', { status: null, most: 10 })
    assert.equal(row?.possibleRepeats, 1)
  })

  test('the gap of a channel lets one of many senders through', async () => {
    for (let chat = 0; chat < AT_ONCE; chat += 1) await enqueue(vigie, { destination: `chat-${chat}`, itemId: 1 })
    const claims = await times(AT_ONCE, () => claim(vigie, { channelGapMs: 60_000 }))
    assert.equal(claims.filter((message) => message && 'claimId' in message).length, 1)
    assert.equal(claims.filter((message) => message && 'waitMs' in message).length, AT_ONCE - 1)
  })

  test('pages that share their searches, in whatever order they name them, wait for each other', async () => {
    const alerts = await times(4, (number) => makeAlert(vigie, { chatId: `chat-${number}` }))
    const keyOf = (number: number): string => `part-${number}`
    const searchOf = (key: string) => ({ key, canonical: `fr?search_text=${key}`, market: 'fr' })
    for (const cover of ['cover-0', 'cover-1']) await record(vigie, checkOf([10], [], { search: searchOf(cover) }))
    for (const [number, alert] of alerts.entries())
      await record(vigie, checkOf([10], [alert], { search: searchOf(keyOf(number)) }))
    const pages = await times(AT_ONCE * 4, (turn) => {
      const numbers = turn % 2 === 0 ? [0, 1, 2, 3] : [3, 2, 1, 0]
      const check = checkOf(
        [11 + turn, 10],
        numbers.map((number) => alerts[number]).filter((alert) => alert !== undefined),
        {
          search: searchOf(`cover-${turn % 2}`),
        },
      )
      return record(vigie, {
        ...check,
        egress: `home-${turn}`,
        alerts: check.alerts.map((share, place) => Object.assign(share, { searchKey: keyOf(numbers[place] ?? 0) })),
        parts: numbers.map((number) => ({ search: searchOf(keyOf(number)), itemIds: [11 + turn, 10] })),
      })
    })
    assert.ok(pages.every(({ recorded }) => recorded))
    assert.ok(pages.some((page) => page.alerts.length === alerts.length))
  })
})
