import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import { dumpDatabase } from './dump-database.ts'
import { failingStarts } from './failing-starts.ts'
import { findSecrets } from './find-secrets.ts'
import type { Place, Secret } from './find-secrets.ts'
import { planted, plantSecrets } from './plant-secrets.ts'
import { provoke } from './provoked-fleet.ts'
import { liveInUnwellWorld } from './unwell-world.ts'

const SELLER = 'planted_seller_login'

const opened = new AsyncDisposableStack()
after(() => opened.disposeAsync())
let secrets: Secret[]
let places: Place[]
let unwellWorld: ReturnType<typeof liveInUnwellWorld>

/** A database whose password is a secret of its own, and a way to look into it. */
async function openPostgres() {
  const postgres = await startRealPostgres()
  opened.defer(() => postgres.stop())
  const password = planted('database-password')
  const url = postgres.url.replace('postgres@', `postgres:${password}@`)
  const client = new Client(url)
  await client.connect()
  opened.defer(() => client.end())
  const query = async <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
    (await client.query(sql, [...params])).rows as Row[]
  return { url, password, query }
}

before(async () => {
  // Beside the fleet, because both mostly wait; its failure belongs to its own test.
  unwellWorld = liveInUnwellWorld()
  unwellWorld.catch(() => undefined)
  const { url, password, query } = await openPostgres()
  const own = plantSecrets()
  const fleet = await startTestFleet({
    args: ['--workers', 'fr'],
    env: {
      ...own.env,
      DATABASE_URL: url,
      LOG_LEVEL: 'trace',
      REQUEST_DELAY_MIN_MS: '1',
      REQUEST_DELAY_MAX_MS: '2',
      WORKER_BAN_DURATION_MS: '500',
    },
  })
  opened.defer(() => fleet.stop())
  const { main, database } = fleet.local()
  const provoked = provoke(fleet, own, query)
  await provoked.succeed(SELLER)
  await provoked.askBadly()
  const ports = { mainPort: new URL(main.url).port, freePort: String(await freePorts(1)) }
  const [starts] = await Promise.all([
    failingStarts({ ...own.env, SUPABASE_SERVICE_ROLE_KEY: database.key }, { ...ports, databaseUrl: database.url }),
    provoked.failAtTheSite(),
    provoked.failAtTelegram(),
  ])
  await provoked.loseTheDatabase()
  await provoked.readEverything()
  places = [...provoked.places, ...starts.places, ...(await dumpDatabase('fleet', query))]
  secrets = [
    ...own.secrets,
    ...starts.secrets,
    ...provoked.kept,
    { name: 'SUPABASE_SERVICE_ROLE_KEY', value: database.key },
    { name: 'DATABASE_URL, password', value: password },
  ]
})

test('no secret of a fleet can be read anywhere after it has succeeded and failed in every way', () => {
  assert.ok(secrets.length > 40 && places.length > 80, `${secrets.length} in ${places.length} places`)
  assert.deepEqual(findSecrets(secrets, places), [])
})

test('a seller is named in no log, message, page or row', () => {
  // What its owner asked a page of the site for may name who sells there.
  const others = places.filter(({ where }) => !where.endsWith('/execute'))
  assert.deepEqual(findSecrets([{ name: 'the seller', value: SELLER }], others), [])
})

test('a proxy, a site and a Telegram that repeat what they are sent bring no secret into logs, answers or evidence', async () => {
  const { places, secrets } = await unwellWorld
  assert.ok(secrets.length > 15 && places.length > 40, `${secrets.length} in ${places.length} places`)
  assert.deepEqual(findSecrets(secrets, places), [])
})
