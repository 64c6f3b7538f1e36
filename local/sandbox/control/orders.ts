import { z } from 'zod'
import { conditionIds } from '#shared/marketplaces/vinted/conditions.ts'
import { marketIds } from '#shared/marketplaces/vinted/markets.ts'
import { receiverFaultModes } from '../receivers/receiver-faults.ts'
import { telegramFaultModes } from '../telegram/telegram-faults.ts'
import { faultModes } from '../vinted/faults.ts'

/** Bodies of the control calls. */
const MarketId = z.enum(marketIds)
const Count = z.int().positive()
const Ms = z.int().nonnegative().max(3_600_000)

const NewListing = z.strictObject({
  title: z.string().min(1).max(1_000),
  brand: z.string().max(100),
  brandId: Count.optional(),
  size: z.string().max(60).nullish(),
  sizeId: Count.nullish(),
  statusId: z.number().refine((id) => conditionIds.includes(id), { message: `one of ${conditionIds.join(', ')}` }),
  price: z.number().positive().max(1_000_000),
  catalogId: Count.optional(),
  colorIds: z.array(Count).optional(),
  materialIds: z.array(Count).optional(),
  sellerLogin: z.string().min(1).max(60).optional(),
  business: z.boolean().optional(),
  /** Of a listing that is there: it changes in its place, which makes a price drop. */
  id: z.int().positive().optional(),
})
export type NewListing = z.infer<typeof NewListing>

export const ListingsOrder = z.strictObject({ market: MarketId, listings: z.array(NewListing).min(1).max(2000) })

export const FaultOrder = z.strictObject({
  mode: z.enum(faultModes),
  egress: z.string().min(1).optional(),
  market: MarketId.optional(),
  path: z.string().min(1).optional(),
  count: Count.optional(),
  forMs: Ms.optional(),
  retryAfter: z.int().nonnegative().nullish(),
  delayMs: Ms.optional(),
  status: z.int().min(200).max(599).optional(),
  servedMarket: MarketId.optional(),
})

export const TelegramFaultOrder = z.strictObject({
  mode: z.enum(telegramFaultModes),
  method: z.string().min(1).optional(),
  chat: z
    .union([z.int(), z.string().min(1)])
    .transform(String)
    .optional(),
  retryAfter: z.int().positive().optional(),
  count: Count.optional(),
  reason: z.string().min(1).optional(),
  migrateTo: z.int().optional(),
  delayMs: Ms.optional(),
})

export const ReceiverFaultOrder = z.strictObject({
  mode: z.enum(receiverFaultModes),
  target: z.string().min(1).optional(),
  status: z.int().min(400).max(599).optional(),
  retryAfter: z.number().positive().optional(),
  count: Count.optional(),
})

export const PublishOrder = z.strictObject({ perMinute: z.number().nonnegative().max(60_000) })
