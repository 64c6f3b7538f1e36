import { z } from 'zod'
import { FoundListing } from '../contracts/listing.ts'
import { RunStatus } from '../contracts/run.ts'
import { FleetRow } from './fleet.ts'
import { Incident } from './incidents.ts'
import { Id, rpc, Time } from './rpc.ts'

export const Find = z.object({ alertId: Id, alertName: z.string(), foundAt: Time, listing: FoundListing })
export type Find = z.infer<typeof Find>

export const Home = z.object({
  now: Time,
  fleet: FleetRow,
  /** By worker: when the site last gave its address a good answer. */
  lastGoodAt: z.record(z.string(), Time.nullable()),
  /** By worker: when its newest session that still lives was made. */
  sessions: z.record(z.string(), Time),
  lastCheckAt: Time.nullable(),
  /** The cycle that runs, else the last one; searches by worker, `ms` the median of its checks. */
  run: z
    .object({
      runId: Id,
      status: RunStatus,
      startedAt: Time,
      finishedAt: Time.nullable(),
      workers: z.array(z.object({ id: z.string(), planned: z.int(), checked: z.int(), ms: z.number().nullable() })),
    })
    .nullable(),
  alerts: z.object({ active: z.int(), all: z.int() }),
  findsLastHour: z.int(),
  waiting: z.int(),
  /** Dead letters of the last day. */
  failed: z.int(),
  incidents: z.array(Incident),
  finds: z.array(Find),
})
export type Home = z.infer<typeof Home>

export const LiveEvent = z.object({
  id: z.string(),
  type: z.enum(['find', 'message', 'run', 'progress', 'incident', 'worker', 'pause']),
  at: Time,
  data: z.record(z.string(), z.unknown()),
})
export type LiveEvent = z.infer<typeof LiveEvent>

export const liveRpcs = {
  read_home: rpc({ person_id: Id.nullable().optional(), finds: z.int().optional() }, Home),
  read_events: rpc({ window_ms: z.int() }, z.array(LiveEvent)),
}
