import { after } from 'node:test'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../support/database/real-postgres.ts'
import { cycleSuite } from '../../support/fleet/cycle-suite.ts'

let postgres: RealPostgres | undefined
cycleSuite('real PostgreSQL', async () => {
  postgres = await startRealPostgres()
  return { DATABASE_URL: postgres.url }
})
after(() => postgres?.stop())
