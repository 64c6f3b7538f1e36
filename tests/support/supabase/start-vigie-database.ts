import { fileURLToPath } from 'node:url'
import { openDatabase } from '../../../shared/database/open-database.ts'
import type { Database } from '../../../shared/database/open-database.ts'
import { startTestDatabase } from '../database/test-database.ts'
import type { TestDatabase } from '../database/test-database.ts'

export const MIGRATIONS = fileURLToPath(new URL('../../../supabase/migrations', import.meta.url))

/** The product's own database, called as the product calls it. */
export type VigieDatabase = Pick<TestDatabase, 'url' | 'key' | 'query' | 'close'> & {
  call: Database['call']
  /** As after the migrations. */
  reset(): Promise<void>
}

export async function startVigieDatabase(engine: 'pglite' | 'postgres'): Promise<VigieDatabase> {
  const test = await startTestDatabase({ engine, migrationsDir: MIGRATIONS })
  const database = openDatabase(test.url, test.key)
  return {
    ...test,
    call: (name, args, signal) => database.call(name, args, signal),
    async reset() {
      await test.query(`truncate public.alerts, public.searches, public.worker_status, public.egress_status,
        public.leases, public.alert_runs, public.scraping_cookies, public.refusals, public.incidents, public.evidence, public.outbox, public.outbox_destinations, public.webhooks cascade`)
      await test.query(`delete from public.people where role <> 'owner'`)
      await test.query('update public.people set chat_id = null, quiet_from = null, quiet_until = null')
      await test.query('update public.outbox_channels set next_send_at = now(), failures = 0')
      await test.query(`update public.fleet_state set round_robin_cursor = null, stale_writes = 0, refused_slots = 0,
        pause_cause = null, paused_until = null, paused_at = null, pause_reason = null, resumed_at = null`)
    },
  }
}
