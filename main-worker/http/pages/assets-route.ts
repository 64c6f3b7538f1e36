import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import { findAsset } from '../../dashboard/assets/assets.ts'
import type { Pages } from './pages.ts'

const A_YEAR_S = 365 * 24 * 60 * 60

/** Style, scripts and icon: open to anybody, since the login page wants them too. */
export function addAssets({ app }: Pages): void {
  app.get(
    '/assets/:hash/:name',
    { config: { access: 'anybody' }, schema: { params: z.object({ hash: z.string(), name: z.string() }) } },
    async ({ params, headers }, reply) => {
      const asset = findAsset(params.name)
      if (!asset) throw new ProblemError(404, 'NOT_FOUND', `no asset ${params.name}`)
      // An older page may ask by an older hash: it gets what there is now, and does not keep it.
      const isCurrent = params.hash === asset.hash
      void reply
        .type(asset.type)
        .header('vary', 'accept-encoding')
        .header('cache-control', isCurrent ? `public, max-age=${A_YEAR_S}, immutable` : 'no-store')
      if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(asset.body)
      return reply.header('content-encoding', 'gzip').send(asset.gzip)
    },
  )
}
