import { z } from 'zod'
import type { FindFilter, FindPlace } from '#shared/database/finds.ts'
import { marketIds } from '#shared/marketplaces/vinted/markets.ts'
import { readFindCursor } from './find-cursor.ts'

const MOST_WORDS = 10

/** Digits with a point or, as the French type it, a comma. */
const Price = z
  .string()
  .regex(/^\d{1,7}([.,]\d{1,2})?$/, 'wants a price such as 12.50')
  .transform((text) => Number(text.replace(',', '.')))

const Cursor = z
  .string()
  .max(400)
  .transform((text, context): FindPlace => {
    const place = readFindCursor(text)
    if (place !== null) return place
    context.addIssue({ code: 'custom', message: 'wants a nextCursor of an earlier answer', input: text })
    return z.NEVER
  })

const fields = {
  q: z.string().max(200, 'wants 200 characters or less').optional(),
  alertId: z.uuid('wants an alert id').optional(),
  market: z.enum(marketIds, 'wants a market such as fr').optional(),
  mark: z.enum(['kept', 'dismissed', 'new'], 'wants kept, dismissed or new').optional(),
  priceMin: Price.optional(),
  priceMax: Price.optional(),
  cursor: Cursor.optional(),
}

const Time = z.iso.datetime({ offset: true, error: 'wants a time such as 2026-11-22T14:00:00Z' })

const isRange = ({ priceMin, priceMax }: { priceMin?: number | undefined; priceMax?: number | undefined }): boolean =>
  priceMin === undefined || priceMax === undefined || priceMin <= priceMax
const range = { path: ['priceMax'], error: 'wants priceMin or more' }

/** What the API is asked. */
export const FindQuery = z
  .strictObject({
    ...fields,
    since: Time.optional(),
    until: Time.optional(),
    limit: z.coerce.number().int().min(1).max(1_000).default(50),
  })
  .refine(isRange, range)

/** The days that the page offers. */
export const periods = ['1', '7', '30'] as const

/** What the page is asked: a form sends a period instead of times. What else an address holds is not ours. */
export const FindPageQuery = z.object({ ...fields, period: z.enum(periods).optional() }).refine(isRange, range)

/** The words of a search box: every one of them must be there. */
export const wordsOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)

type Asked = z.output<typeof FindPageQuery> & Pick<z.output<typeof FindQuery>, 'since' | 'until'>

const DAY_MS = 24 * 60 * 60 * 1000

/** `now` is what a period counts back from. */
export function findFilter(asked: Partial<Asked>, now: number): FindFilter {
  const { q = '', period, alertId, market, mark, priceMin, priceMax, until } = asked
  const words = wordsOf(q)
  const since = period === undefined ? asked.since : new Date(now - Number(period) * DAY_MS).toISOString()
  return {
    ...(words.length > 0 && { words }),
    ...(alertId !== undefined && { alertId }),
    ...(market !== undefined && { market }),
    ...(mark !== undefined && { mark }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(priceMin !== undefined && { priceMin }),
    ...(priceMax !== undefined && { priceMax }),
  }
}
