import { pino } from 'pino'
import { createGateway } from '../../local/database/gateway.ts'
import { migrate } from '../../local/database/migrate.ts'
import { openPglite } from '../../local/database/pglite-driver.ts'
import { createPostgresDriver } from '../../local/database/postgres-driver.ts'
import { prepareRoles } from '../../local/database/prepare-roles.ts'
import { openRpc } from '../../local/database/rpc.ts'
import { answerQuestions } from './bench-process.ts'

/** `calls`: how many since the last such question. `query`: rows of any SQL, as the superuser. */
export type GatewayQuestion = { kind: 'calls' } | { kind: 'query'; sql: string; params?: unknown[] }

const { DATABASE_URL, DATABASE_DIR = '', GATEWAY_PORT = '0', SERVICE_ROLE_KEY = '' } = process.env
const logger = pino({ level: 'warn' })
const driver = await (DATABASE_URL === undefined
  ? openPglite({ folder: DATABASE_DIR })
  : createPostgresDriver(DATABASE_URL, logger))
await prepareRoles(driver)
await migrate(driver, 'supabase/migrations')
const rpc = await openRpc(driver)
const gateway = createGateway({ serviceRoleKey: SERVICE_ROLE_KEY, logger, rpc: () => rpc })
let calls = 0
gateway.addHook('onRequest', (_request, _reply, done) => {
  calls += 1
  done()
})
await gateway.listen({ host: '127.0.0.1', port: Number(GATEWAY_PORT) })

answerQuestions((question: GatewayQuestion) => {
  if (question.kind === 'query') return driver.tx('begin', (session) => session.query(question.sql, question.params))
  const counted = calls
  calls = 0
  return counted
})
process.stdout.write('serving\n')
