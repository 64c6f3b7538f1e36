import type { AlertActivity, AlertDay, ListedAlert } from '#shared/database/activity.ts'
import type { Context } from '../context.ts'
import { filterAlerts } from './filter-alerts.ts'
import type { AlertFilter } from './filter-alerts.ts'

/** More rows than this are read by nobody; the filter finds the others. */
const PAGE_SIZE = 50

export type ShownAlert = ListedAlert & AlertDay

export type AlertList = {
  activity: AlertActivity
  filter: AlertFilter
  /** What the filter leaves of all. */
  matching: number
  /** Counted from 1. */
  page: number
  pages: number
  shown: ShownAlert[]
}

const IDLE = { hours: [], finds: 0, lastCheck: null }

const withDay = (alert: ListedAlert, day: AlertDay | undefined): ShownAlert => ({ ...IDLE, ...day, ...alert })

/** One page of the alerts in `scope` (null: of everybody) that the filter leaves, each with its last day. */
export async function listAlerts(
  { database, clock }: Pick<Context, 'database' | 'clock'>,
  scope: string | null,
  filter: AlertFilter,
  asked: number,
): Promise<AlertList> {
  const activity = await database.call('read_alert_activity', { person_id: scope })
  const matching = filterAlerts(activity.alerts, filter, clock.now())
  const pages = Math.max(1, Math.ceil(matching.length / PAGE_SIZE))
  const page = Math.min(asked, pages)
  const onPage = matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  const days = await database.call('read_alert_days', { ids: onPage.map(({ id }) => id) })
  const dayOf = new Map(days.map((day) => [day.id, day]))
  const shown = onPage.map((alert) => withDay(alert, dayOf.get(alert.id)))
  return { activity, filter, matching: matching.length, page, pages, shown }
}
