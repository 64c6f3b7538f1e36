import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import type { Json } from '../../support/json.ts'
import { startStage } from './support/start-stage.ts'
import type { Stage } from './support/start-stage.ts'
import { countTellings, publish } from './support/tellings.ts'

// RFC 6761: never resolves.
const NOWHERE = 'http://telegram.invalid'
const REAL = ['worker-fr', 'worker-us']
const LOST = 'worker-nl'
const SEARCHES = 15
const TRIES = timesOf(2, 4)
const word = (place: number): string => `sujet${String(place).padStart(2, '0')}x`

const outbox = async (stage: Stage): Promise<Json[]> =>
  (await stage.api('GET', '/api/v1/outbox?limit=1000')).body.messages

/** Four processes send; they share one gate, so each failure makes the next wait longer for all. */
const failures = (stage: Stage): number =>
  [...REAL, LOST, 'main'].flatMap((id) => stage.process(id).logs).filter(({ event }) => event === 'messageFailed')
    .length

test('a name that does not resolve loses no message and no alert: senders wait without counting, the others do the share of a lost region', async () => {
  await using stage = await startStage({
    workers: [...REAL, LOST],
    // The region itself lives, and sends too; only its name is gone.
    wayTo: (id, url) => (id === LOST ? 'https://worker.invalid' : url),
    regionEnv: () => ({ TELEGRAM_API_ROOT: NOWHERE }),
    mainEnv: () => ({ TELEGRAM_API_ROOT: NOWHERE }),
  })
  for (let place = 0; place < SEARCHES; place += 1)
    await stage.createAlert({ name: word(place), searchText: word(place), chatId: String(4000 + place) })
  const first = await stage.runOnce()
  const titles = Array.from({ length: SEARCHES }, (_, place) => `${word(place)} neuf`)
  for (const title of titles) await publish(stage.sandbox, title)
  const run = await stage.runOnce()

  // The name was asked for several times before anything is judged.
  await eventually(async () => assert.ok(failures(stage) >= TRIES, 'no sender has tried yet'), 120_000)
  const tries = failures(stage)
  const waiting = await outbox(stage)
  const counted = waiting.filter((row) => row.attempts > 0 || row.possibleRepeats > 0).length
  const given = waiting.filter((row) => row.status !== 'waiting' && row.status !== 'sending').length
  const { body: stats } = await stage.api('GET', '/api/v1/worker/main/stats')
  const lostWorker = stats.workers.find((worker: Json) => worker.id === LOST)
  const early = (await stage.sandbox.control<Json[]>('GET', 'messages')).length

  for (const id of [...REAL, LOST, 'main']) await stage.process(id).stop()
  for (const id of [...REAL, LOST, 'main']) await stage.start(id, { TELEGRAM_API_ROOT: stage.sandbox.url })
  await eventually(async () => {
    const rows = await outbox(stage)
    assert.ok(
      rows.every((row) => row.status === 'sent'),
      JSON.stringify(rows.filter((row) => row.status !== 'sent')),
    )
  }, 120_000).catch(() => undefined) // What is missing is lost, and counted as such.
  const { lost, repeated } = await countTellings(stage.sandbox, titles)
  const messages = await stage.sandbox.control<Json[]>('GET', 'messages')
  const baselines = messages.filter(({ text }) => /rien pour l’instant/.test(text ?? '')).length

  const unchecked = [first, run].reduce((total, { totals }) => total + SEARCHES - totals.alertsChecked, 0)
  const reason = String(lostWorker.lastError)
  recordRow({
    fault: 'DNS failure: Telegram’s name for every sender, one region’s name for main',
    promise:
      'not sent, so not counted; everything arrives once when the name is back; the others do the region’s share',
    n: `${waiting.length} messages, ${tries} tries to send, 2 cycles`,
    result: `${counted} attempts counted, ${lost} lost, ${repeated} repeated, ${unchecked} alerts unchecked; region unhealthy: "${reason}"`,
    kept: counted + given + early + lost + repeated + unchecked === 0 && !lostWorker.isHealthy,
  })
  assert.equal(lostWorker.isHealthy, false)
  assert.match(reason, /worker\.invalid|name|DNS/i, 'the reason names what could not be found')
  assert.deepEqual([first.status, run.status, unchecked], ['done', 'done', 0])
  assert.equal(early, 0)
  assert.deepEqual({ counted, given }, { counted: 0, given: 0 })
  assert.deepEqual({ lost, repeated, baselines }, { lost: 0, repeated: 0, baselines: SEARCHES })
})
