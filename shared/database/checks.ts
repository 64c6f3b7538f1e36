import { z } from 'zod'
import { FoundListing } from '../contracts/listing.ts'
import { EgressEffect } from './fleet.ts'
import { Id, rpc } from './rpc.ts'

export const CheckShare = z.object({
  alertId: Id,
  channel: z.string(),
  destination: z.string(),
  topicId: z.int().nullable(),
  matchIds: z.array(z.int()),
  /** Rows that each filter dropped, by reason. */
  dropped: z.record(z.string(), z.int()).optional(),
  itemsChecked: z.int(),
  /** The part of the page that is its search's; without it, its search is the one that was asked. */
  searchKey: z.string().optional(),
})

export type CheckShare = z.infer<typeof CheckShare>

const AskedSearch = z.object({ key: z.string(), canonical: z.string(), market: z.string() })

export const CheckInput = z.object({
  checkId: Id,
  runId: Id.nullable(),
  attempt: z.int().nullable(),
  workerId: z.string(),
  egress: z.string(),
  sessionId: Id.nullable(),
  search: AskedSearch,
  verdict: z.string(),
  error: z.string().nullable(),
  ms: z.int(),
  effect: EgressEffect,
  itemIds: z.array(z.int()).nullable(),
  /** Narrower searches that the page serves too, each with the rows that are its own. */
  parts: z.array(z.object({ search: AskedSearch, itemIds: z.array(z.int()) })).optional(),
  /** Listings that match at least one alert, by item id. */
  listings: z.record(z.string(), FoundListing),
  alerts: z.array(CheckShare),
})

export type CheckInput = z.infer<typeof CheckInput>

export const RecordedCheck = z.object({
  recorded: z.boolean(),
  alerts: z.array(
    z.object({
      alertId: Id,
      mode: z.enum(['baseline', 'catch-up', 'overflow', 'normal']),
      matches: z.int(),
      newMatches: z.int(),
      newIds: z.array(z.int()),
    }),
  ),
})

export type RecordedCheck = z.infer<typeof RecordedCheck>

export const checksRpcs = {
  record_check: rpc({ check_result: CheckInput }, RecordedCheck),
}
