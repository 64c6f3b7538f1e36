import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { BACKUP, RESTORE, runCommands } from '../../support/deploy/backup-commands.ts'
import { createDatabase } from '../../support/deploy/create-database.ts'
import { readCatalogue } from '../../support/deploy/database-catalogue.ts'
import { REGIONS, startDatabaseFleet } from '../../support/deploy/database-fleet.ts'
import type { DatabaseFleet } from '../../support/deploy/database-fleet.ts'
import { findLost, readRows } from '../../support/deploy/database-rows.ts'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../support/database/real-postgres.ts'
import { ensurePostgresTools } from '../../support/deploy/database-tools.ts'
import { openDatabaseAt } from '../../support/deploy/database-verbs.ts'
import type { OpenedDatabase } from '../../support/deploy/database-verbs.ts'
import { makeHostedDatabase } from '../../support/deploy/hosted-database.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import type { SeenRequest } from '../../support/fleet/start-region.ts'
import { startTestSandbox } from '../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../support/sandbox/start-test-sandbox.ts'

const OWNER = '1000001'
const KEY = Buffer.alloc(32, 7).toString('base64')
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64')
const BAN = `select public.apply_egress_effect('worker-us', '{"kind": "ban", "ms": 1200000, "reason": "HTTP 403"}')`

const tools = ensurePostgresTools()
const skip = tools === null ? 'no pg_dump with a server of its version: apt-get install postgresql' : false

describe('a backup of the database', { skip, timeout: 200_000 }, () => {
  const opened = new AsyncDisposableStack()
  let folder: string
  let sandbox: TestSandbox
  let originalUrl: string
  /** Of the database that the fleet goes on with. */
  let restoredUrl: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-backup-'))
    opened.defer(() => rm(folder, { recursive: true }))
    sandbox = await startTestSandbox(REGIONS)
    opened.defer(() => sandbox.close())
  })
  after(() => opened.disposeAsync())

  const startServer = async (superuser: string): Promise<RealPostgres> => {
    const server = await startRealPostgres({ tools: tools ?? '', superuser })
    opened.defer(() => server.stop())
    return server
  }
  const openAt = (url: string): OpenedDatabase => {
    const database = openDatabaseAt(url)
    opened.defer(() => database.close())
    return database
  }
  const type = (commands: readonly string[], databaseUrl: string): Promise<void> =>
    runCommands(commands, { tools: tools ?? '', folder, databaseUrl })
  const publish = (title: string): Promise<unknown> =>
    sandbox.control('POST', 'listings', {
      market: 'fr',
      listings: [{ title, brand: 'Quechua', size: 'M', statusId: 2, price: 25 }],
    })
  /** How often a chat was told of it. */
  const told = async (words: string): Promise<number> => {
    const messages = await sandbox.control<{ chat: string; text?: string; caption?: string }[]>('GET', 'messages')
    return messages.filter((sent) => sent.chat === OWNER && `${sent.caption ?? sent.text}`.includes(words)).length
  }
  const toldOnce = (words: string): Promise<void> => eventually(async () => assert.equal(await told(words), 1, words))
  const asked = async (egress: string): Promise<number> =>
    (await sandbox.control<SeenRequest[]>('GET', 'requests')).filter((request) => request.egress === egress).length
  const startFleet = (databaseUrl: string, cookieKey = KEY, mainEnv = {}): Promise<DatabaseFleet> =>
    startDatabaseFleet({ databaseUrl, sandbox, cookieKey, mainEnv })

  test('it is made while the fleet works, and holds what that has told, has yet to tell and must not do', async () => {
    originalUrl = await makeHostedDatabase((await startServer('supabase_admin')).url)
    await type(['node local/database/migrate.ts'], originalUrl)
    await using fleet = await startFleet(originalUrl, KEY, { TELEGRAM_CHAT_ID: OWNER })
    await fleet.api('POST', 'alerts', { name: 'Vestes', market: 'fr', searchText: 'veste lanterne' })
    await fleet.api('POST', 'webhooks', { kind: 'discord', name: 'home', url: DISCORD })
    assert.equal((await fleet.api('POST', 'alerts/run-once')).status, 'done')
    await publish('veste lanterne une')
    assert.equal((await fleet.api('POST', 'alerts/run-once')).status, 'done')
    await toldOnce('lanterne une')

    await openAt(originalUrl).query(BAN)
    await sandbox.control('POST', 'telegram/faults', { mode: '429', retryAfter: 1 })
    await publish('veste lanterne deux')
    assert.equal((await fleet.api('POST', 'alerts/run-once')).totals.newMatches, 1)
    await type(BACKUP, originalUrl)
  })

  test('the fleet goes on: nothing is told again, what waited and what came meanwhile is told once, the ban holds', async () => {
    restoredUrl = (await startServer('postgres')).url
    await type(RESTORE, restoredUrl)
    await publish('veste lanterne trois')
    await sandbox.control('DELETE', 'telegram/faults')
    const before = await asked('worker-us')
    // Without TELEGRAM_CHAT_ID: the owner's chat is known.
    await using fleet = await startFleet(restoredUrl)
    await toldOnce('lanterne deux')
    assert.equal((await fleet.api('POST', 'alerts/run-once')).totals.newMatches, 1)
    await toldOnce('lanterne trois')
    assert.equal((await fleet.api('POST', 'alerts/run-once')).totals.newMatches, 0)
    assert.deepEqual([await told('lanterne une'), await told('lanterne deux'), await told('lanterne trois')], [1, 1, 1])
    assert.equal(await asked('worker-us'), before)
  })

  test('with another COOKIE_ENCRYPTION_KEY sessions are made anew; webhooks say that they must be added again', async () => {
    await using fleet = await startFleet(restoredUrl, OTHER_KEY)
    await publish('veste lanterne quatre')
    assert.equal((await fleet.api('POST', 'alerts/run-once')).totals.newMatches, 1)
    await toldOnce('lanterne quatre')
    assert.ok(fleet.lines().some((line) => line.includes('cannot be read with this COOKIE_ENCRYPTION_KEY')))
    const { webhooks } = await fleet.api('GET', 'webhooks')
    await fleet.api('POST', 'outbox/test', { channel: 'discord', destination: webhooks[0].id })
    await eventually(async () => {
      const [webhook] = (await fleet.api('GET', 'webhooks')).webhooks
      assert.match(String(webhook.disabledReason), /sealed with another COOKIE_ENCRYPTION_KEY: add the webhook again/)
    })
  })

  test('it brings back every row and every right, on a hosted project and on a server of one’s own', async () => {
    // Made anew: since the last one the fleet has ended, which gave its leases back.
    await type(BACKUP, originalUrl)
    const original = openAt(originalUrl)
    const wanted = { rows: await readRows(original.query), catalogue: await readCatalogue(original.query) }
    const hosted = await makeHostedDatabase((await startServer('supabase_admin')).url)
    for (const url of [hosted, await createDatabase(restoredUrl, 'once_more')]) {
      await type(RESTORE, url)
      const { query } = openAt(url)
      const rows = await readRows(query)
      assert.deepEqual([...findLost(wanted.rows, rows), ...findLost(rows, wanted.rows)], [])
      assert.deepEqual(await readCatalogue(query), wanted.catalogue)
      const [row] = await query<{ state: { open: string[] } }>('select public.read_schema_state() as state')
      assert.deepEqual(row?.state.open, [])
    }
  })
})

const DISCORD = 'https://discord.com/api/webhooks/1000000000000000001/a-token'
