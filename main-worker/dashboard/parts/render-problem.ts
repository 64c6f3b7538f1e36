import { html } from 'hono/html'
import type { Failure } from '#shared/contracts/failure.ts'
import type { Language } from '#shared/outbox/texts.ts'
import { pageTexts } from './texts.ts'

/** What went wrong, in the reader's language where it has a name; what the API says otherwise. */
function messageOf({ code, error, httpStatus }: Failure, language: Language): string {
  const t = pageTexts[language]
  if (code === 'DATABASE_UNAVAILABLE') return t.unavailable
  if (code === 'CROSS_SITE') return t.crossSite
  if (code === 'NOT_ALLOWED') return error.startsWith('only') ? t.ownerOnly : t.notAllowed
  if (httpStatus === 404) return t.notFound
  if (code === 'VALIDATION_FAILED') return t.invalid(error)
  return httpStatus >= 500 && code === 'INTERNAL' ? t.broken : error
}

export const renderProblem = (failure: Failure, language: Language) =>
  html`<h1>${pageTexts[language].wrong}</h1>
    <p class="note bad" role="alert">${messageOf(failure, language)}</p>
    <p><a class="button" href="/">${pageTexts[language].back}</a></p>`
