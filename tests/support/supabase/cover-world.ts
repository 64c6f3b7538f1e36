import { randomUUID } from 'node:crypto'
import { readPlan } from '../../../main-worker/schedule/read-plan.ts'
import type { PlannedGroup } from '../../../main-worker/schedule/read-plan.ts'
import { groupBySearch, groupUnder } from '../../../regional-worker/commands/check-alerts.ts'
import { recordSearch } from '../../../regional-worker/commands/record-search.ts'
import type { CheckedAlert, SearchedAlerts } from '../../../regional-worker/commands/record-search.ts'
import type { Alert, Search } from '../../../shared/contracts/alert.ts'
import type { Listing } from '../../../shared/contracts/listing.ts'
import { makeListing } from '../../unit/shared/make-listing.ts'
import { recordingLogger } from '../../unit/shared/recording-logger.ts'
import type { VigieDatabase } from './start-vigie-database.ts'

/** Small, so that pages overflow. */
export const PAGE_SIZE = 6
/** The same searches in another market are the ones that are asked separately. */
const SHARED = 'fr'
const SEPARATE = 'uk'

export type Band = { priceMin: number | null; priceMax: number | null; isPicky: boolean }
export type Published = { price: number; isSilk: boolean }

/** A market whose listings are the same in both countries: in one the plan is followed, in the other each search is asked. */
export async function createCoverWorld(vigie: VigieDatabase, bands: readonly Band[], depth: readonly Published[]) {
  const context = {
    database: vigie,
    config: { meanGapMs: 18_500 },
    planned: { roundRequests: null, identities: new Map() },
    messaging: { channel: 'telegram' },
    clock: { now: () => Date.now() },
    workerId: 'worker-fr',
    egress: 'home',
    logger: recordingLogger().logger,
  }
  const twins = new Map<string, Alert>()
  const told = { shared: new Map<string, Set<number>>(), separate: new Map<string, Set<number>>() }
  let listings: Listing[] = []
  let newest = 0
  const publish = (batch: readonly Published[]): void => {
    for (const { price, isSilk } of batch) {
      newest += 1
      listings.unshift(makeListing({ itemId: newest, price, title: isSilk ? 'Robe en soie' : 'Robe en lin' }))
    }
  }
  const pageOf = ({ priceMin, priceMax }: Search): Listing[] =>
    listings.filter(({ price }) => price >= (priceMin ?? 0) && price <= (priceMax ?? Infinity)).slice(0, PAGE_SIZE)
  const create = (band: Band, market: string): Promise<Alert> => {
    const { isPicky, ...prices } = band
    const alert = { name: 'Robes', market, searchText: 'robe', chatId: 'chat-1', ...prices }
    return vigie.call('create_alert', {
      id: randomUUID(),
      alert: { ...alert, ...(isPicky && { requiredWords: ['soie'] }) },
    })
  }
  const record = async (group: SearchedAlerts) => {
    const outcome = { verdict: 'ok', detail: '', httpStatus: 200, effect: { kind: 'good' }, sessionId: null } as const
    const answer = { kind: 'answered', ...outcome, listings: pageOf(group.ask) } as const
    return (await recordSearch(context as never, group, answer, null, 100)).alerts
  }
  const note = (of: Map<string, Set<number>>, id: string, news: readonly number[]): void => {
    const known = of.get(id) ?? new Set()
    for (const item of news) known.add(item)
    of.set(id, known)
  }
  const sorted = (ids = new Set<number>()): number[] => [...ids].sort((one, other) => one - other)
  const newsOf = ({ matches }: Pick<CheckedAlert, 'matches'>): number[] =>
    matches.filter(({ isNew }) => isNew).map(({ itemId }) => itemId)
  const toGroup = (own: Alert[], cover: Search | undefined): SearchedAlerts => {
    const [only] = cover ? [groupUnder(cover, own)] : groupBySearch(own)
    if (!only) throw new Error('a request serves at least one alert')
    return only
  }

  publish(depth)
  await vigie.call('configure_workers', {
    workers: [{ id: 'worker-fr', name: 'worker-fr', region: 'fr', url: 'http://localhost:1' }],
  })
  await vigie.call('record_health', {
    worker_id: 'worker-fr',
    healthy: true,
    error: null,
    unhealthy_after: 3,
    egress: 'home',
  })
  for (const band of bands) {
    const [alert, twin] = [await create(band, SHARED), await create(band, SEPARATE)]
    twins.set(alert.id, twin)
  }

  return {
    /** Item ids that each alert was told, by its place: under the plan, and its twin that is asked separately. */
    toldOf: () => [...twins].map(([id, twin]) => [sorted(told.shared.get(id)), sorted(told.separate.get(twin.id))]),
    publish,
    /** What is at a place of the whole list is bought. */
    sell: (places: readonly number[]) => {
      const gone = new Set(places.map((place) => listings[place]))
      listings = listings.filter((listing) => !gone.has(listing))
    },
    /** As if so many minutes went by: everything that is compared with now is that much older. */
    async wait(minutes: number) {
      await vigie.query(
        `update public.searches set last_good_at = last_good_at - $1 * interval '1 minute',
           overflowed_at = overflowed_at - $1 * interval '1 minute', own_at = own_at - $1 * interval '1 minute'`,
        [minutes],
      )
      await vigie.query(
        `update public.alerts set last_checked_at = last_checked_at - $1 * interval '1 minute' where last_checked_at is not null`,
        [minutes],
      )
    },
    async plan(): Promise<PlannedGroup[]> {
      const plan = await readPlan(context as never, new Set(), 60_000, new AbortController().signal)
      return [...plan.groups.values()].filter(({ market }) => market === SHARED)
    },
    /** Asks one request of the plan; each alert that was checked by it is checked separately at the same moment. */
    async ask({ alerts, cover }: PlannedGroup): Promise<{ told: number; unchecked: number }> {
      const own = alerts.map(({ alert }) => alert)
      const twinsOfChecked: Alert[] = []
      let count = 0
      const checked = await record(toGroup(own, cover))
      for (const { alert, ...rest } of checked) {
        const news = newsOf(rest)
        note(told.shared, alert.id, news)
        count += news.length
        const twin = twins.get(alert.id)
        if (twin) twinsOfChecked.push(twin)
      }
      for (const separate of groupBySearch(twinsOfChecked))
        for (const { alert, ...rest } of await record(separate)) note(told.separate, alert.id, newsOf(rest))
      return { told: count, unchecked: own.length - checked.length }
    },
  }
}
