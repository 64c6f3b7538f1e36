import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../support/fleet/eventually.ts'
import type { Json } from '../../../support/json.ts'
import type { Sql } from '../../../support/parts/open-sql.ts'
import { wordOf } from '../../../support/parts/searches.ts'
import type { Control } from '../../../support/parts/searches.ts'

type Band = { priceMin: number | null; priceMax: number | null }
type Told = { lost: number; doubled: number; wrong: number }

/** They overlap: a listing is wanted by one or by two of them. Together they are any price: that is their cover. */
const BANDS: readonly Band[] = [
  { priceMin: null, priceMax: 50 },
  { priceMin: 30, priceMax: 80 },
  { priceMin: 60, priceMax: null },
]
const PRICES = [25, 40, 55, 70, 90]
const FAMILIES = 3
export const PRICED_ALERTS = FAMILIES * BANDS.length

const wants = ({ priceMin, priceMax }: Band, price: number): boolean =>
  price >= (priceMin ?? 0) && price <= (priceMax ?? Infinity)
/** A chat of its own per alert: nothing is merged. */
const chatOf = (family: number, band: number): string => String(2_000_001 + family * BANDS.length + band)

/** An alert that is new again and again: whenever it is, the schedule is planned anew. */
const NEW_AGAIN = 'laiton'
const PLAN_AGAIN_S = 5

export async function addPricedAlerts(sql: Sql): Promise<void> {
  for (let family = 0; family < FAMILIES; family += 1) {
    for (const [place, band] of BANDS.entries()) {
      const alert = { market: 'fr', name: `alert ${family} ${place}`, searchText: wordOf(family), ...band }
      await sql('select public.create_alert(gen_random_uuid(), $1)', [
        JSON.stringify({ ...alert, chatId: chatOf(family, place) }),
      ])
    }
  }
  await sql('select public.create_alert(gen_random_uuid(), $1)', [
    JSON.stringify({ market: 'fr', name: NEW_AGAIN, searchText: NEW_AGAIN }),
  ])
}

const askForPlan = (sql: Sql): Promise<unknown[]> =>
  sql('update public.alerts set last_checked_at = null where name = $1', [NEW_AGAIN])

/** As if so many minutes went by since every check: intervals are a minute at least, and a test has no time for them. */
const passMinutes = (sql: Sql, minutes: number): Promise<unknown[]> =>
  sql(`do $$ begin
    perform 1 from public.searches s order by s.key for update;
    perform 1 from public.alerts a order by a.id for update;
    update public.searches set last_good_at = last_good_at - interval '${minutes} minutes',
      overflowed_at = overflowed_at - interval '${minutes} minutes';
    update public.alerts set last_checked_at = last_checked_at - interval '${minutes} minutes'
      where last_checked_at is not null;
  end $$`)

/** A killed sender's chats wait 90 s for its claims to end; a living one sends within a second or two. */
const endOldClaims = (sql: Sql): Promise<unknown[]> =>
  sql(`update public.outbox_destinations set locked_until = clock_timestamp()
    where locked_until between clock_timestamp() and clock_timestamp() + interval '80 seconds'`)

type Listing = { title: string; family: number; price: number }

export type Market = {
  listings: Listing[]
  /** Waits until everything was told that was published from the listing `first` on, and counts what each chat got. */
  told(first: number): Promise<Told>
  stop(): Promise<void>
}

/** One listing after the other, each wanted by one alert or two of its family, while a minute of the schedule passes every second. */
export function openMarket(control: Control, sql: Sql): Market {
  const stopping = new AbortController()
  const listings: Listing[] = []
  const publish = async (): Promise<void> => {
    const [family, price] = [listings.length % FAMILIES, PRICES[listings.length % PRICES.length] ?? 0]
    const title = `Veste ${wordOf(family)} n${String(listings.length).padStart(4, '0')}`
    const listing = { title, brand: 'Quechua', brandId: 1234, size: 'M', statusId: 2, price, sellerLogin: 'claire' }
    await control('POST', 'listings', { market: 'fr', listings: [listing] })
    listings.push({ title, family, price })
  }
  const working = (async () => {
    for (let second = 0; !stopping.signal.aborted; second += 1) {
      if (second % PLAN_AGAIN_S === 0) await askForPlan(sql)
      await publish()
      await sleep(500)
      await publish()
      await sleep(500)
      await passMinutes(sql, 1)
      await endOldClaims(sql)
    }
  })()
  working.catch(() => undefined) // It is told by `stop`.

  /** How often each of `published` arrived in each chat, against how often it should have. */
  const count = async (published: readonly Listing[]): Promise<Told> => {
    const texts = Map.groupBy((await control('GET', 'messages')) as Json[], ({ chat }) => String(chat))
    const told: Told = { lost: 0, doubled: 0, wrong: 0 }
    for (const { title, family, price } of published) {
      for (let other = 0; other < FAMILIES; other += 1) {
        for (const [place, band] of BANDS.entries()) {
          const messages = texts.get(chatOf(other, place)) ?? []
          const times = messages.filter(({ text, caption }) => `${text ?? ''} ${caption ?? ''}`.includes(title)).length
          const isWanted = other === family && wants(band, price)
          if (!isWanted) told.wrong += times
          else if (times === 0) told.lost += 1
          else told.doubled += times - 1
        }
      }
    }
    return told
  }
  return {
    listings,
    async told(first) {
      const published = listings.slice(first)
      // What is missing after that is lost, and counted as such.
      await eventually(async () => assert.equal((await count(published)).lost, 0), 60_000).catch(() => undefined)
      return count(published)
    },
    async stop() {
      stopping.abort()
      await working
    },
  }
}

export type Asked = { time: string; egress: string; query: string; status: number | null }

/** What the site was asked for these alerts since then, and which of it was for several of them at once. */
export async function askedForPriced(control: Control, since: number): Promise<{ all: Asked[]; covers: Asked[] }> {
  const seen = (await control('GET', `requests?since=${since}`)) as (Asked & { path: string })[]
  const all = seen.filter(({ path, query }) => path === '/svc-catalogue/items' && query.includes('search_text=zirkon'))
  return { all, covers: all.filter(({ query }) => !query.includes('price_')) }
}

/** How many alerts were checked by the page of a cover since then. */
export async function coveredSince(sql: Sql, since: number): Promise<number> {
  const [row] = await sql<{ alerts: number }>(
    `select count(distinct a.alert_id)::int as alerts
     from public.run_alerts a join public.searches s on s.key = a.search_key
     where a.verdict = 'ok' and a.checked_at > $1 and s.canonical like '%zirkon%' and s.canonical not like '%price%'`,
    [new Date(since)],
  )
  return row?.alerts ?? 0
}
