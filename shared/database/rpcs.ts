import type { z } from 'zod'
import { activityRpcs } from './activity.ts'
import { alertsRpcs } from './alerts.ts'
import { botRpcs } from './bot.ts'
import { checksRpcs } from './checks.ts'
import { feedsRpcs } from './feeds.ts'
import { deliveriesRpcs } from './deliveries.ts'
import { findsRpcs } from './finds.ts'
import { fleetRpcs } from './fleet.ts'
import { incidentsRpcs } from './incidents.ts'
import { liveRpcs } from './live.ts'
import { operatorsRpcs } from './operators.ts'
import { outboxRpcs } from './outbox.ts'
import { peopleRpcs } from './people.ts'
import { retentionRpcs } from './retention.ts'
import { runsRpcs } from './runs.ts'
import { sessionsRpcs } from './sessions.ts'
import { webhooksRpcs } from './webhooks.ts'
import { statisticsRpcs } from './statistics.ts'

/** Every function of the database that the product calls, by capability. A test compares this table with `pg_proc`. */
export const rpcs = {
  ...activityRpcs,
  ...alertsRpcs,
  ...botRpcs,
  ...checksRpcs,
  ...feedsRpcs,
  ...deliveriesRpcs,
  ...findsRpcs,
  ...fleetRpcs,
  ...incidentsRpcs,
  ...liveRpcs,
  ...operatorsRpcs,
  ...outboxRpcs,
  ...peopleRpcs,
  ...retentionRpcs,
  ...runsRpcs,
  ...sessionsRpcs,
  ...webhooksRpcs,
  ...statisticsRpcs,
}

export type RpcName = keyof typeof rpcs
export type RpcArgs<Name extends RpcName> = z.input<(typeof rpcs)[Name]['args']>
export type RpcResult<Name extends RpcName> = z.output<(typeof rpcs)[Name]['result']>
