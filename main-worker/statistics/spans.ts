import type { Statistics } from '#shared/database/statistics.ts'
import type { Context } from '../context.ts'

/** How far back, and in steps of what: about fifty steps are as many as a phone can show. */
export const spans = {
  '24h': { hours: 24, stepMinutes: 60 },
  '7d': { hours: 7 * 24, stepMinutes: 180 },
  '14d': { hours: 14 * 24, stepMinutes: 360 },
} as const
export type Span = keyof typeof spans
export const spanNames = Object.keys(spans) as [Span, ...Span[]]

export const readStatistics = ({ database }: Pick<Context, 'database'>, span: Span): Promise<Statistics> =>
  database.call('read_statistics', { hours: spans[span].hours, step_minutes: spans[span].stepMinutes })
