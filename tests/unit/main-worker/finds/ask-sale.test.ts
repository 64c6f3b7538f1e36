import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ProblemError } from '#shared/errors.ts'
import type { Context } from '../../../../main-worker/context.ts'
import { askSale } from '../../../../main-worker/finds/ask-sale.ts'
import { whyNotAsked } from '../../../../main-worker/finds/why-not-asked.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makeFound } from '../../shared/make-listing.ts'
import { makeFind } from './make-find.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const KEY = { alertId: makeFind().alertId, itemId: makeFind().itemId }

describe('asking whether a find is still for sale', () => {
  const ask = (
    find: ReturnType<typeof makeFind> | null,
    pause: { until: string | null; reason: string } | null = null,
  ) => {
    const { comparison: _comparison, ...row } = find ?? makeFind()
    const database = fakeDatabase({
      get_find: () => (find === null ? null : row),
      read_fleet: () => ({ workers: [], cursor: null, now: '', resumedAt: null, pause, isTrial: false }) as never,
      set_round_robin_cursor: () => null,
    })
    const context = { database, clock: { now: () => NOW }, config: { maxRetries: 1 }, random: () => 0 }
    const answer = askSale(context as unknown as Context, KEY, null, new AbortController().signal)
    return { answer, database }
  }
  const problemOf = async (answer: Promise<unknown>): Promise<ProblemError> => {
    const error = await answer.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof ProblemError)
    return error
  }

  test('is not done twice within a minute: each question is a request to the site', async () => {
    const sale = { state: 'for-sale' as const, askedAt: '2026-11-22T11:59:10Z' }
    const { answer, database } = ask(makeFind({ sale }))
    assert.deepEqual((await answer).sale, sale)
    assert.deepEqual(database.argsOf('read_fleet'), [])
  })

  test('waits for nobody while the fleet is paused', async () => {
    const { answer } = ask(makeFind(), { until: null, reason: 'holidays' })
    const problem = await problemOf(answer)
    assert.deepEqual([problem.code, problem.httpStatus], ['FLEET_PAUSED', 503])
    assert.match(problem.message, /until it is resumed \(holidays\)/)
  })

  test('goes to the listing’s own page or nowhere: strangers write the rows', async () => {
    for (const url of ['https://evil.example/items/9547136593', 'https://www.vinted.fr/items/1-other', 'nonsense'])
      assert.equal((await problemOf(ask(makeFind({ listing: makeFound({ url }) })).answer)).code, 'NO_LISTING_PAGE')
  })

  test('of a find that is not there is a 404, and no reason to show on a card', async () => {
    const problem = await problemOf(ask(null).answer)
    assert.equal(problem.httpStatus, 404)
    assert.equal(whyNotAsked(problem), null)
  })

  test('without anybody to ask says so', async () => {
    assert.equal(whyNotAsked(await problemOf(ask(makeFind()).answer)), 'unavailable')
  })
})

describe('why nobody could be asked', () => {
  const of = (code: string, workers?: { id: string; reason: string; until: string | null }[]) =>
    whyNotAsked(new ProblemError(503, code, 'x', workers ? { workers } : {}))

  test('is one of a few words', () => {
    assert.equal(of('FLEET_PAUSED'), 'paused')
    assert.equal(of('EGRESS_BANNED'), 'banned')
    assert.equal(of('BLOCKED'), 'refused')
    assert.equal(of('WORKER_BUSY'), 'busy')
    assert.equal(of('THROTTLED'), 'busy')
    assert.equal(of('MARKET_RESTS'), 'resting')
    assert.equal(of('SITE_UNAVAILABLE'), 'unavailable')
    assert.equal(of('NO_WORKERS_AVAILABLE', [{ id: 'fr', reason: 'banned (403)', until: null }]), 'banned')
    assert.equal(of('NO_WORKERS_AVAILABLE', [{ id: 'fr', reason: 'unhealthy (x)', until: null }]), 'unavailable')
  })

  test('is not what a fault of our own is', () => {
    assert.equal(whyNotAsked(new Error('boom')), null)
  })
})
