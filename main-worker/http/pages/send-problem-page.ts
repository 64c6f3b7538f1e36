import type { FastifyReply, FastifyRequest } from 'fastify'
import { httpStatusOf, sendProblem, toFailure } from '#shared/http/send-problem.ts'
import type { Context } from '../../context.ts'
import { renderProblem } from '../../dashboard/parts/render-problem.ts'
import { pageTexts } from '../../dashboard/parts/texts.ts'
import { sendPage, viewerOf } from './pages.ts'

/** An address that leads nowhere, typed by a person. */
const isMistyped = (request: FastifyRequest): boolean =>
  request.is404 && /\btext\/html\b/.test(request.headers.accept ?? '')

/** Whether a person looks at the answer: errors are pages then. */
export const isForPerson = (request: FastifyRequest): boolean =>
  request.routeOptions.config.isPage === true || isMistyped(request)

/** What went wrong, as a page; where even that cannot be drawn, as JSON. */
export function sendProblemPage(
  problem: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Pick<Context, 'clock' | 'logger'>,
): void {
  draw(problem, request, reply, context).catch((failed: unknown) => {
    sendProblem(failed, request, reply, context.logger)
  })
}

async function draw(
  problem: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Pick<Context, 'clock' | 'logger'>,
): Promise<FastifyReply> {
  const failure = toFailure(problem, context.logger)
  const { language } = viewerOf(request, context)
  if (failure.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(failure.retryAfterMs / 1000))
  void reply.code(httpStatusOf(failure))
  return sendPage(request, reply, context, pageTexts[language].wrong, renderProblem(failure, language))
}
