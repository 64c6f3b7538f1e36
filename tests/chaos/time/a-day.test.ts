import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { after, before, test } from 'node:test'
import { setImmediate as immediate } from 'node:timers/promises'
import { seededRandom } from '../../../local/sandbox/random.ts'
import { requestCycle } from '../../../main-worker/alerts/request-cycle.ts'
import { readConfig } from '../../../main-worker/config.ts'
import { createContext } from '../../../main-worker/context.ts'
import type { Context } from '../../../main-worker/context.ts'
import { checkHealth } from '../../../main-worker/fleet/check-health.ts'
import { purgeOld } from '../../../main-worker/fleet/purge-old.ts'
import { startTestDatabase } from '../../support/database/test-database.ts'
import type { TestDatabase } from '../../support/database/test-database.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import { gatewayLessDatabase } from './support/gateway-less-database.ts'
import { createSimulatedRegions } from './support/simulated-regions.ts'
import { createSimulatedSite, isLot } from './support/simulated-site.ts'

const CYCLE_MS = 5 * 60_000
const CYCLES_PER_HOUR = 12
const CYCLES = timesOf(24, 24 * 7) * CYCLES_PER_HOUR
const SEARCHES = 100
/** Of each search; the last of them excludes lots. */
const ALERTS_PER_SEARCH = 10
const ALERTS = SEARCHES * ALERTS_PER_SEARCH
const MOST_GROWTH = 0.1
const WARM_CYCLES = 24
const PAUSED = { alerts: 20, fromCycle: 72, toCycle: 96 }
const LOST_STREAM_CHANCE = 0.02
const WORKERS = ['fr', 'us', 'nl', 'uk'].map((name) => ({
  id: `worker-${name}`,
  name: name.toUpperCase(),
  region: name,
  url: 'http://127.0.0.1:9',
}))

const textOf = (place: number): string => `sujet${String(place).padStart(3, '0')}x`

let database: TestDatabase
before(async () => {
  database = await startTestDatabase({ engine: 'postgres', migrationsDir: 'supabase/migrations' })
  const alerts = Array.from({ length: ALERTS }, (_, place) => {
    const search = Math.floor(place / ALERTS_PER_SEARCH)
    const excludedWords = place % ALERTS_PER_SEARCH === ALERTS_PER_SEARCH - 1 ? ['lot'] : []
    return {
      name: `alert ${place}`,
      market: 'fr',
      searchText: textOf(search),
      chatId: String(7000 + place),
      excludedWords,
    }
  })
  await database.query('select public.create_alert(gen_random_uuid(), x) from jsonb_array_elements($1::jsonb) x', [
    JSON.stringify(alerts),
  ])
})
after(() => database.close())

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is really held: what only waits for its turn to be forgotten gets that turn. */
async function heapMb(): Promise<number> {
  for (let turn = 0; turn < 3; turn += 1) {
    collect()
    await immediate()
  }
  return process.memoryUsage().heapUsed / 1024 / 1024
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/**
 * The database's clock cannot be injected: what it remembers is moved an hour into the past instead. Not what is only read
 * again by name (a run's items, an alert's matches), nor the hours of alerts, whose time is their key.
 */
const passAnHour = (): Promise<unknown> =>
  database.query(`do $$
    declare
      moved record;
    begin
      for moved in
        select table_name, string_agg(format('%1$I = %1$I - interval ''1 hour''', column_name), ', ') as moves
        from information_schema.columns
        where table_schema = 'public' and data_type = 'timestamp with time zone'
          and table_name not in ('run_items', 'run_alerts', 'alert_matches', 'alert_hours')
          and table_name in (select tablename from pg_catalog.pg_tables where schemaname = 'public')
        group by table_name
      loop
        execute format('update public.%I set %s', moved.table_name, moved.moves);
      end loop;
    end $$`)

/** Main as it is, but for its clock, its chance and its regions. */
function mainContext(regions: Context['regions'], clock: Context['clock']): Context {
  const config = readConfig({
    API_SECRET: 'a-secret-of-32-characters-or-more!',
    WORKERS: JSON.stringify(WORKERS),
    SUPABASE_URL: database.url,
    SUPABASE_SERVICE_ROLE_KEY: database.key,
    ALERT_CHECK_INTERVAL_MS: String(CYCLE_MS),
    LOG_LEVEL: 'fatal',
  })
  const context = createContext(config, new AbortController().signal)
  return { ...context, clock, random: seededRandom(24).next, regions }
}

test('a simulated day of 1,000 alerts: every alert once per cycle, every listing told once, and no growing heap', async (context) => {
  const chance = seededRandom(2026)
  const site = createSimulatedSite(Array.from({ length: SEARCHES }, (_, place) => textOf(place)))
  const checked = new Map<string, number>()
  let now = Date.now()
  const clock = { now: () => now }
  let lostStreams = 0
  const regions = createSimulatedRegions({
    clock,
    database: gatewayLessDatabase(database, (alertId) => checked.set(alertId, (checked.get(alertId) ?? 0) + 1)),
    answer: site.answer,
    breaksAfter() {
      if (!chance.chance(LOST_STREAM_CHANCE)) return null
      lostStreams += 1
      return chance.int(1, 200)
    },
  })
  const main = mainContext(regions, clock)
  await main.database.call('configure_workers', { workers: WORKERS })
  await checkHealth(main, true, main.stopping)

  const sum = { missed: 0, doubled: 0, undone: 0, expected: 0 }
  const heaps: number[] = []
  const startedAt = performance.now()
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    if (cycle > 0) {
      for (const itemId of site.publish(cycle).values()) sum.expected += ALERTS_PER_SEARCH - (isLot(itemId) ? 1 : 0)
    }
    if (cycle % CYCLES_PER_HOUR === 0 && cycle > 0) {
      await passAnHour()
      await purgeOld(main, main.stopping)
    }
    if (cycle === PAUSED.fromCycle) {
      await database.query(
        `update public.alerts set paused_until = clock_timestamp() + interval '119 minutes'
         where id in (select id from public.alerts order by name limit $1)`,
        [PAUSED.alerts],
      )
    }
    const isPaused = cycle >= PAUSED.fromCycle && cycle < PAUSED.toCycle
    const { joined, done } = await requestCycle(main, { trigger: 'clock' })
    const summary = await done()
    if (joined || summary.status !== 'done') sum.undone += 1
    sum.missed += ALERTS - (isPaused ? PAUSED.alerts : 0) - checked.size
    for (const times of checked.values()) sum.doubled += times - 1
    checked.clear()
    now += CYCLE_MS
    if ((cycle + 1) % WARM_CYCLES === 0) heaps.push(await heapMb())
  }
  // One collection more or less moves it by some percent: the end is the middle one of three.
  const [warmMb = 0, endMb] = [heaps[0], median(heaps.slice(-3))]
  const minutes = (performance.now() - startedAt) / 60_000
  const [told] = await database.query<{ finds: number; digested: number; distinct: number }>(
    `select (select count(*)::int from public.outbox where kind = 'find') as finds,
      (select coalesce(sum((payload ->> 'count')::int), 0)::int from public.outbox where kind = 'digest') as digested,
      (select count(*)::int from public.alert_matches where is_find) as "distinct"`,
  )
  assert.ok(told)
  const growth = endMb / warmMb - 1
  const inOutbox = told.finds + told.digested
  context.diagnostic(`${minutes.toFixed(1)} min, ${lostStreams} streams broken off, ${told.digested} told in digests`)
  recordRow({
    fault: `${CYCLES / CYCLES_PER_HOUR} simulated hours: ${ALERTS.toLocaleString('en')} alerts, ${SEARCHES} searches, a cycle every 5 minutes`,
    promise: `heap of main +${MOST_GROWTH * 100} % at most, no check missed or doubled, each listing told once`,
    n: `${CYCLES} cycles, ${lostStreams} streams broken off, ${PAUSED.alerts} alerts paused for 2 h (real: planner, cycle, checks, PostgreSQL and its functions; simulated: site, pace, sessions, the wire to the regions, time)`,
    result: `heap ${warmMb.toFixed(1)} → ${endMb.toFixed(1)} MB (${(growth * 100).toFixed(1)} %); ${sum.missed} missed, ${sum.doubled} doubled, ${sum.undone} cycles incomplete; ${sum.expected} tellings due, ${inOutbox} queued`,
    kept: growth <= MOST_GROWTH && sum.missed + sum.doubled + sum.undone === 0 && inOutbox === sum.expected,
  })
  assert.deepEqual([sum.missed, sum.doubled, sum.undone], [0, 0, 0])
  assert.deepEqual([inOutbox, told.distinct], [sum.expected, sum.expected])
  assert.ok(growth <= MOST_GROWTH, `the heap grew from ${warmMb} to ${endMb} MB`)
})
