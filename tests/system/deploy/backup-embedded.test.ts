import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { EMBEDDED_RESTORE } from '../../support/deploy/backup-commands.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'

test('the newest backup of the embedded database, unpacked by hand, is what the fleet starts from', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigie-embedded-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const namesOf = async ({ api }: TestFleet): Promise<string[]> =>
    (await api('GET', '/api/v1/alerts')).body.alerts.map(({ name }: { name: string }) => name)
  {
    await using fleet = await startTestFleet({ dataDir })
    await fleet.createAlert({ name: 'Kept', market: 'fr', searchText: 'lanterne' })
  }
  // What stands in the place of the data now opens no more.
  const database = join(dataDir, 'database')
  execFileSync('bash', ['-euc', 'rm pgdata/global/pg_control'], { cwd: database })
  for (const command of EMBEDDED_RESTORE) execFileSync('bash', ['-euc', command], { cwd: database })
  await using fleet = await startTestFleet({ dataDir, keepDemoAlerts: true })
  assert.deepEqual(await namesOf(fleet), ['Kept'])
})
