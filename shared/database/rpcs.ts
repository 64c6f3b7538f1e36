import type { z } from 'zod'
import { alertsRpcs } from './alerts.ts'
import { botRpcs } from './bot.ts'
import { checksRpcs } from './checks.ts'
import { fleetRpcs } from './fleet.ts'
import { incidentsRpcs } from './incidents.ts'
import { outboxRpcs } from './outbox.ts'
import { peopleRpcs } from './people.ts'
import { retentionRpcs } from './retention.ts'
import { runsRpcs } from './runs.ts'
import { sessionsRpcs } from './sessions.ts'

/** Every function of the database that the product calls, by capability. A test compares this table with `pg_proc`. */
export const rpcs = {
  ...alertsRpcs,
  ...botRpcs,
  ...checksRpcs,
  ...fleetRpcs,
  ...incidentsRpcs,
  ...outboxRpcs,
  ...peopleRpcs,
  ...retentionRpcs,
  ...runsRpcs,
  ...sessionsRpcs,
}

export type RpcName = keyof typeof rpcs
export type RpcArgs<Name extends RpcName> = z.input<(typeof rpcs)[Name]['args']>
export type RpcResult<Name extends RpcName> = z.output<(typeof rpcs)[Name]['result']>
