import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { stopwatch } from '#shared/clock.ts'
import { Command } from '#shared/contracts/command.ts'
import type { Health, WorkerHealth } from '#shared/contracts/health.ts'
import { ProblemError } from '#shared/errors.ts'
import { sendProblem, toFailure } from '#shared/http/send-problem.ts'
import { createServer } from '#shared/http/create-server.ts'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { createKeyCheck, createRefusal } from '#shared/http/require-key.ts'
import { writeJsonLines } from '#shared/json-lines.ts'
import { logLine } from '#shared/log-lines.ts'
import { version } from '#shared/version.ts'
import { executeCommand, startCheck } from '../commands/execute-command.ts'
import { streamLines } from '../commands/stream-lines.ts'
import type { Context } from '../context.ts'
import { findBrowser } from '../sessions/find-browser.ts'

/** A full group of alerts: 10,000 of them with long word lists. */
const EXECUTE_BODY_LIMIT = 8 * 1024 * 1024
const HEALTH_PATH = '/api/health'

async function readHealth(context: Context): Promise<WorkerHealth> {
  const { workerId, egress, bootId, config, run, pace, database } = context
  const sessions = await database.call('list_sessions', {})
  return {
    status: 'ok',
    workerId,
    region: config.region,
    egress,
    bootId,
    version,
    browser: findBrowser(config.chromePath) !== null,
    run: run.current && { runId: run.current.runId, checked: run.current.checked, remaining: run.current.remaining },
    nextRequestAt: pace.nextRequestAt(),
    sessions: sessions
      .filter((session) => session.worker === workerId && session.isUsable)
      .map(({ market, ageS, expiresAt, source }) => ({ market, ageS, expiresAt, source })),
  }
}

const CorrelationHeader = z.object({ 'x-correlation-id': z.string().max(100).optional() })

/** The context of one command: its log lines say which run and which caller they belong to. */
function forCommand(context: Context, command: Command, given: string | undefined): Context {
  const runId = command.type === 'check-alerts' ? command.payload.runId : undefined
  const correlationId = given ?? runId ?? randomUUID()
  return { ...context, logger: context.logger.child({ correlationId, ...(runId !== undefined && { runId }) }) }
}

export function createWorkerServer(everyday: Context): HttpServer {
  const { config, clock } = everyday
  const app = createServer(everyday.logger)
  const hasKey = createKeyCheck(config.apiKeys)
  const refuse = createRefusal(app, config.isBehindFly)
  app.addHook('onRequest', async (request) => {
    if (request.url !== HEALTH_PATH && !hasKey(request)) throw await refuse(request)
  })

  app.get(HEALTH_PATH, (): Health => ({ status: 'ok', version, uptimeS: Math.floor(process.uptime()) }))
  app.get('/api/v1/worker/health', () => {
    everyday.mainSeen.sinceMs = stopwatch()
    everyday.mainSeen.isReported = false
    return readHealth(everyday)
  })

  app.post(
    '/api/v1/worker/execute',
    { bodyLimit: EXECUTE_BODY_LIMIT, schema: { body: Command, headers: CorrelationHeader } },
    async (request, reply) => {
      const command = request.body
      const context = forCommand(everyday, command, request.headers['x-correlation-id'])
      const { logger } = context
      const startedAt = clock.now()
      const cancel = callerGone(request, reply)
      logLine(logger, 'commandReceived', { command: command.type })
      const done = () => logLine(logger, 'commandDone', { command: command.type, ms: clock.now() - startedAt })
      try {
        if (context.stopping.aborted) throw new ProblemError(503, 'WORKER_STOPPING', 'this worker is stopping')
        if (command.type === 'check-alerts' && request.headers.accept?.includes('application/x-ndjson')) {
          const events = await startCheck(context, command.payload, cancel)
          const lines = streamLines(context, command.payload.runId ?? null, events)
          const body = Readable.from(writeJsonLines(lines)).once('close', done)
          // One stream per connection: a stopping server can then end it without waiting for its keep-alive.
          return await reply.header('connection', 'close').type('application/x-ndjson').send(body)
        }
        const answer = await executeCommand(context, command, cancel)
        done()
        return answer
      } catch (error) {
        const failure = toFailure(error, logger)
        logLine(logger, 'commandFailed', { command: command.type, code: failure.code, error: failure.error })
        return sendProblem(error, request, reply, logger)
      }
    },
  )
  return app
}
