import { createHash, randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { renderFeed } from '../feeds/render-feed.ts'

const FINDS_SHOWN = 50

const tags = ['feeds']
const params = z.object({ id: z.uuid('wants an alert id') })

/** 32 random bytes, base64url. */
const FILE = /^([\w-]{43})\.xml$/

/** RFC 9110: tags win over times, `*` is any, and weak ones count for GET. */
function isKnown({ headers }: FastifyRequest, etag: string, lastModified: string): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')))
  return Date.parse(headers['if-modified-since'] ?? '') >= Date.parse(lastModified)
}

/** An alert's finds for a feed reader, behind an address that nobody can guess. */
export function addFeedRoutes(app: HttpServer, { database, config }: Context): void {
  const urlOf = (key: string, request: FastifyRequest): string =>
    `${config.publicBaseUrl ?? `${request.protocol}://${request.host}`}/feeds/${key}.xml`

  app.post(
    '/api/v1/alerts/:id/feed',
    { schema: { summary: 'The secret address of the alert’s RSS feed, made where there was none', tags, params } },
    async (request) => {
      const { id } = request.params
      const key = await database.call('open_feed', { alert_id: id, key: randomBytes(32).toString('base64url') })
      if (key === null) throw new ProblemError(404, 'NOT_FOUND', `no alert ${id}`)
      return { url: urlOf(key, request) }
    },
  )

  app.delete(
    '/api/v1/alerts/:id/feed',
    { schema: { summary: 'Revokes the feed: its address leads nowhere, the next one is another', tags, params } },
    async ({ params }, reply) => {
      if (!(await database.call('close_feed', { alert_id: params.id })))
        throw new ProblemError(404, 'NOT_FOUND', `no feed of alert ${params.id}`)
      return reply.code(204).send()
    },
  )

  app.get(
    '/feeds/:file',
    {
      config: { access: 'anybody' },
      schema: { summary: 'RSS 2.0: the newest finds of an alert', tags, params: z.object({ file: z.string() }) },
    },
    async (request, reply) => {
      const key = FILE.exec(request.params.file)?.[1]
      const feed = key === undefined ? null : await database.call('read_feed', { key, most: FINDS_SHOWN })
      if (key === undefined || feed === null) throw new ProblemError(404, 'NOT_FOUND', 'no such feed')
      const xml = renderFeed(feed, urlOf(key, request))
      const etag = `"${createHash('sha256').update(xml).digest('base64url').slice(0, 22)}"`
      const lastModified = new Date(feed.finds[0]?.foundAt ?? feed.createdAt).toUTCString()
      void reply
        .header('etag', etag)
        .header('last-modified', lastModified)
        .header('cache-control', 'private, max-age=60')
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
      if (isKnown(request, etag, lastModified)) return reply.code(304).send()
      return reply.type('application/rss+xml; charset=utf-8').send(xml)
    },
  )
}
