import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunAlert } from '#shared/contracts/run.ts'
import type { Context } from '../../../main-worker/context.ts'
import { reportMarkets } from '../../../main-worker/fleet/report-markets.ts'
import { fakeDatabase } from '../shared/fake-database.ts'

const ALERT = '00000000-0000-4000-8000-000000000001'

const incident = {
  id: '00000000-0000-4000-8000-000000000002',
  subject: 'fr',
  detail: 'HTTP 500',
  evidenceId: null,
  since: '2026-11-22T12:00:00.000Z',
  isOpen: true,
  until: null,
}

/** What was opened and closed after a run in which the alert was checked by the page of another search. */
async function report(verdict: RunAlert['verdict'], open: string[] = []): Promise<string[]> {
  const said: string[] = []
  const note =
    (what: string) =>
    ({ kind, subject }: { kind: string; subject: string }): boolean => {
      said.push(`${what} ${kind} ${subject}`)
      return true
    }
  const context = {
    database: fakeDatabase({
      list_incidents: () => open.map((kind) => ({ ...incident, kind })),
      list_market_rests: () => [],
      open_incident: note('opened'),
      close_incident: note('closed'),
    }),
  } as unknown as Context
  const row = { alertId: ALERT, searchKey: 'of-a-cover', verdict, error: 'HTTP 500' } as RunAlert
  await reportMarkets(context, [row], new Map([[ALERT, 'fr']]))
  return said
}

test('trouble on the page of a cover is the trouble of its market', async () => {
  assert.deepEqual(await report('upstream-error'), ['opened upstream-error fr'])
})

test('a good page of a cover ends the trouble of its market', async () => {
  assert.deepEqual(await report('ok', ['upstream-error']), ['closed upstream-error fr'])
})
