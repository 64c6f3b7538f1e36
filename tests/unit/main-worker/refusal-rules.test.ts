import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FleetRow, Refusal } from '#shared/database/fleet.ts'
import { findPoison } from '../../../main-worker/alerts/find-poison.ts'
import { judgePause } from '../../../main-worker/fleet/judge-pause.ts'
import { makeFleet, makeWorker } from './make-worker.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const MINUTE = 60_000
const at = (minutes: number): string => new Date(NOW + minutes * MINUTE).toISOString()
/** Refused `ago` minutes ago; its ban lasts half an hour. */
const refusal = (egress: string, searchKey: string | null, ago = 1): Refusal => ({
  egress,
  searchKey,
  at: at(-ago),
  until: at(30 - ago),
})
const banned = (id: string, ago = 1) => makeWorker(id, { bannedAt: at(-ago), bannedUntil: at(30 - ago) })
const fleet = (workers: FleetRow['workers'], over: Partial<FleetRow> = {}) =>
  makeFleet(workers, { now: at(0), ...over })

const poison: [behaviour: string, refusals: Refusal[], waiting: [string, string][]][] = [
  ['a search refused once may be asked elsewhere', [refusal('a', 's')], []],
  [
    'a search refused on two addresses waits until the last of their bans ends',
    [refusal('a', 's', 9), refusal('b', 's', 1)],
    [['s', at(29)]],
  ],
  ['two refusals by one address are one', [refusal('a', 's', 9), refusal('a', 's', 1)], []],
  ['a ban that is over no longer counts', [refusal('a', 's', 31), refusal('b', 's', 1)], []],
  ['refused sessions blame no search', [refusal('a', null), refusal('b', null)], []],
  ['each search answers for itself', [refusal('a', 's'), refusal('b', 't')], []],
]
for (const [behaviour, refusals, waiting] of poison)
  test(behaviour, () => assert.deepEqual([...findPoison(refusals, 2, NOW)], waiting))

test('one search alone never bans more addresses at a time than a search may, however the cycles fall', () => {
  const step = fc.record({ waitMin: fc.nat(40), worker: fc.nat(9) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (most, steps) => {
      const refusals: Refusal[] = []
      let minute = 0
      for (const { waitMin, worker } of steps) {
        minute += waitMin
        const now = NOW + minute * MINUTE
        const running = refusals.filter(({ until }) => Date.parse(until) > now)
        assert.ok(new Set(running.map(({ egress }) => egress)).size <= most)
        // The cycle gives it to any worker that is not banned, unless the rule holds it back; every worker refuses it.
        const isBanned = running.some(({ egress }) => egress === `w${worker}`)
        if (isBanned || findPoison(refusals, most, now).has('poison')) continue
        refusals.push({ egress: `w${worker}`, searchKey: 'poison', at: at(minute), until: at(minute + 30) })
      }
    }),
  )
})

const four = ['a', 'b', 'c', 'd']
const pauses: [behaviour: string, fleet: FleetRow, refusals: Refusal[], refused: number | null][] = [
  [
    'every worker refused within ten minutes over two searches pauses the fleet',
    fleet(four.map((id) => banned(id))),
    four.map((id, place) => refusal(id, place === 0 ? 's' : 't')),
    4,
  ],
  [
    'one search alone never pauses the fleet',
    fleet(four.map((id) => banned(id))),
    four.map((id) => refusal(id, 's')),
    null,
  ],
  [
    'refused sessions blame no search and count one each',
    fleet(['a', 'b'].map((id) => banned(id))),
    [refusal('a', null), refusal('b', null)],
    2,
  ],
  [
    'one that still works is enough to go on',
    fleet([banned('a'), banned('b'), makeWorker('c')]),
    [refusal('a', 's'), refusal('b', 't')],
    null,
  ],
  [
    'who is unhealthy, draining, resting or banned for long could not work anyway',
    fleet([
      banned('a'),
      banned('b'),
      banned('c', 20),
      makeWorker('d', { isHealthy: false }),
      makeWorker('e', { isDraining: true }),
      makeWorker('f', { restingUntil: at(30) }),
    ]),
    [refusal('a', 's'), refusal('b', 't'), refusal('c', 'u', 20)],
    2,
  ],
  ['a single worker is only banned', fleet([banned('a')]), [refusal('a', 's'), refusal('a', 't')], null],
  [
    'workers behind one address are one',
    fleet([banned('a'), makeWorker('b', { egress: 'a', bannedAt: at(-1) })]),
    [refusal('a', 's'), refusal('a', 't')],
    null,
  ],
  [
    'refusals more than ten minutes apart are no common event',
    fleet([banned('a', 11), makeWorker('b')]),
    [refusal('a', 's', 11)],
    null,
  ],
  [
    'after a pause the refusal of the one that tries first is enough',
    fleet([banned('a'), makeWorker('b'), makeWorker('c')], { isTrial: true }),
    [refusal('a', 's')],
    1,
  ],
  ['and without a refusal the trial goes on', fleet([makeWorker('a'), makeWorker('b')], { isTrial: true }), [], null],
  [
    'a fleet that is paused is not paused again',
    fleet(
      four.map((id) => banned(id)),
      { pause: { cause: 'owner', reason: 'holiday', since: at(-60), until: null } },
    ),
    four.map((id) => refusal(id, id)),
    null,
  ],
  [
    'what was refused before somebody resumed the fleet is no reason to pause again',
    fleet(
      four.map((id) => banned(id, 5)),
      { resumedAt: at(-2) },
    ),
    four.map((id) => refusal(id, id, 5)),
    null,
  ],
]
for (const [behaviour, state, refusals, refused] of pauses)
  test(behaviour, () => assert.equal(judgePause(state, refusals), refused))

test('no refusals, no pause, whatever the fleet looks like', () => {
  const worker = fc.record({ id: fc.constantFrom(...four), ago: fc.option(fc.nat(40)), isHealthy: fc.boolean() })
  fc.assert(
    fc.property(fc.array(worker, { maxLength: 6 }), fc.boolean(), (drawn, isTrial) => {
      const workers = drawn.map(({ id, ago, isHealthy }) => ({
        ...(ago === null ? makeWorker(id) : banned(id, ago)),
        isHealthy,
      }))
      assert.equal(judgePause(fleet(workers, { isTrial }), []), null)
    }),
  )
})
