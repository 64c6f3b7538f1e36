import { randomUUID } from 'node:crypto'
import type { RunSummary } from '../../../shared/contracts/run.ts'
import type { RpcResult } from '../../../shared/database/rpcs.ts'
import type { VigieDatabase } from './start-vigie-database.ts'

export type Begun = RpcResult<'begin_run'>

export const begin = (
  vigie: VigieDatabase,
  holder: string,
  options: { runId?: string; key?: string; ttlMs?: number } = {},
): Promise<Begun> =>
  vigie.call('begin_run', {
    run_id: options.runId ?? randomUUID(),
    holder,
    ttl_ms: options.ttlMs ?? 15_000,
    trigger: 'test',
    idempotency_key: options.key ?? null,
  })

/** The run of a holder that must get it. */
export async function beginOwn(vigie: VigieDatabase, holder = 'main-1'): Promise<{ runId: string; token: number }> {
  const begun = await begin(vigie, holder)
  if (begun.kind !== 'started' && begun.kind !== 'resumed') throw new Error(`the cycle is not free: ${begun.kind}`)
  return { runId: begun.run.runId, token: begun.token }
}

type Planned = { key?: string; workerId?: string; attempt: number; alerts?: { id: string; revision?: number }[] }

export const plan = (
  vigie: VigieDatabase,
  run: { runId: string; token: number },
  ...items: Planned[]
): Promise<string[]> =>
  vigie.call('plan_run', {
    run_id: run.runId,
    token: run.token,
    items: items.map(({ key = 'a-search', workerId = 'worker-fr', attempt, alerts = [] }) => ({
      searchKey: key,
      workerId,
      attempt,
      alerts: alerts.map(({ id, revision = 1 }) => ({ id, revision })),
    })),
  })

export const summaryOf = (runId: string): RunSummary => ({
  runId,
  status: 'done',
  startedAt: '2026-11-22T10:00:00.000Z',
  durationMs: 5,
  workers: [],
  totals: {
    alerts: 0,
    alertsChecked: 0,
    itemsChecked: 0,
    matches: 0,
    newMatches: 0,
    errors: 0,
    requests: 0,
    requestsSaved: 0,
  },
})

export const finish = (vigie: VigieDatabase, run: { runId: string; token: number }, holder = 'main-1'): Promise<null> =>
  vigie.call('finish_run', {
    run_id: run.runId,
    token: run.token,
    holder,
    status: 'done',
    summary: summaryOf(run.runId),
  })

/** The holder of the cycle goes silent for longer than its lease. */
export const loseLease = (vigie: VigieDatabase, name = 'cycle'): Promise<unknown> =>
  vigie.query(`update public.leases set expires_at = now() - interval '1 second' where name = $1`, [name])
