import { Client } from 'pg'
import { startRealPostgres } from '../../tests/support/database/real-postgres.ts'
import { eventually } from '../../tests/support/fleet/eventually.ts'
import { startTestFleet } from '../../tests/support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../tests/support/fleet/start-test-fleet.ts'
import { openBareSite } from './bare-site.ts'
import type { BareSite } from './bare-site.ts'

/** No pace: what is left is the site's time and ours. */
const NO_PACE = { REQUEST_DELAY_MIN_MS: '0', REQUEST_DELAY_MAX_MS: '0' }

/** Running processes and the way around them; disposing of it stops all of it. */
export type BenchFleet = AsyncDisposable & { fleet: TestFleet; site: BareSite }

type FleetOptions = Parameters<typeof startTestFleet>[0]

async function openFleet(opened: AsyncDisposableStack, options: FleetOptions): Promise<Omit<BenchFleet, symbol>> {
  const fleet = opened.use(await startTestFleet(options))
  const site = openBareSite(fleet)
  opened.defer(() => site.close())
  return { fleet, site }
}

/** With the embedded database, as `npm start` has it. */
export async function openEmbeddedFleet(workers: string): Promise<BenchFleet> {
  await using opening = new AsyncDisposableStack()
  const parts = await openFleet(opening, { env: NO_PACE, args: ['--workers', workers] })
  const opened = opening.move()
  return { ...parts, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** On a PostgreSQL of its own; `database` is a superuser's connection to it. */
export async function openPostgresFleet(): Promise<BenchFleet & { database: Client }> {
  await using opening = new AsyncDisposableStack()
  const postgres = await startRealPostgres()
  opening.defer(() => postgres.stop())
  const database = new Client(postgres.url)
  opening.defer(() => database.end())
  await database.connect()
  const parts = await openFleet(opening, { env: { ...NO_PACE, DATABASE_URL: postgres.url } })
  const opened = opening.move()
  return { ...parts, database, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Nothing shall be sent while cycles are measured. */
export async function untilAllSent(fleet: TestFleet): Promise<void> {
  await eventually(async () => {
    const { body } = await fleet.api('GET', '/api/v1/outbox?status=waiting&limit=1')
    if ((body as { messages: unknown[] }).messages.length > 0) throw new Error('messages wait')
  }, 60_000)
}
