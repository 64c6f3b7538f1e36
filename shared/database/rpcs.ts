import type { z } from 'zod'
import { activityRpcs } from './activity.ts'
import { alertsRpcs } from './alerts.ts'
import { checksRpcs } from './checks.ts'
import { fleetRpcs } from './fleet.ts'
import { incidentsRpcs } from './incidents.ts'
import { liveRpcs } from './live.ts'
import { outboxRpcs } from './outbox.ts'
import { peopleRpcs } from './people.ts'
import { retentionRpcs } from './retention.ts'
import { runsRpcs } from './runs.ts'
import { sessionsRpcs } from './sessions.ts'

/** Every function of the database that the product calls, by capability. A test compares this table with `pg_proc`. */
export const rpcs = {
  ...activityRpcs,
  ...alertsRpcs,
  ...checksRpcs,
  ...fleetRpcs,
  ...incidentsRpcs,
  ...liveRpcs,
  ...outboxRpcs,
  ...peopleRpcs,
  ...retentionRpcs,
  ...runsRpcs,
  ...sessionsRpcs,
}

export type RpcName = keyof typeof rpcs
export type RpcArgs<Name extends RpcName> = z.input<(typeof rpcs)[Name]['args']>
export type RpcResult<Name extends RpcName> = z.output<(typeof rpcs)[Name]['result']>
