import type { FastifyRequest } from 'fastify'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { ProblemError } from '#shared/errors.ts'
import type { Context } from '../../context.ts'
import { addAlertsPages } from './alerts-pages.ts'
import { addAlertWaysPages } from './alert-ways-pages.ts'
import { addWebhooksPages } from './webhooks-pages.ts'
import { addAssets } from './assets-route.ts'
import { addDeliveriesPages } from './deliveries-pages.ts'
import { addFindsPages } from './finds-pages.ts'
import { addEvidencePages } from './evidence-pages.ts'
import { addFleetPages } from './fleet-pages.ts'
import { addHomePage } from './home-page.ts'
import { addLanguageRoute } from './language-route.ts'
import { addLoginPages } from './login-pages.ts'
import { addMePages } from './me-pages.ts'
import { addPeoplePages } from './people-pages.ts'
import { addRunsPages } from './runs-pages.ts'
import { addSessionsPages } from './sessions-pages.ts'
import { addStatisticsPages } from './statistics-pages.ts'
import { parseForm } from './parse-form.ts'
import type { Pages } from './pages.ts'

/** Every page for people: forms instead of JSON, and errors that are pages. */
export function addPages(
  main: HttpServer,
  context: Context,
  refuse: (request: FastifyRequest) => Promise<ProblemError>,
): void {
  void main.register((app: HttpServer, _options: object, done: () => void) => {
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, parsed) => {
      try {
        parsed(null, parseForm(String(body)))
      } catch (error) {
        parsed(error as Error)
      }
    })
    app.addHook('onRoute', (route) => {
      // The document of the API lists none of them.
      route.schema = { ...route.schema, hide: true }
      route.config = { ...route.config, isPage: true }
    })
    const pages: Pages = { app, context, refuse }
    addAssets(pages)
    addLoginPages(pages)
    addLanguageRoute(pages)
    addHomePage(pages)
    addFleetPages(pages)
    addFindsPages(pages)
    addAlertWaysPages(pages)
    addWebhooksPages(pages)
    addDeliveriesPages(pages)
    addRunsPages(pages)
    addEvidencePages(pages)
    addSessionsPages(pages)
    addStatisticsPages(pages)
    addPeoplePages(pages)
    addMePages(pages)
    addAlertsPages(pages)
    done()
  })
}
