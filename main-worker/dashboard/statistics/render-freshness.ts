import { html } from 'hono/html'
import type { Freshness } from '../../fleet/freshness.ts'
import type { Viewer } from '../parts/show-time.ts'
import { duration, figure } from '../runs/figures.ts'
import { statisticsTexts } from './texts.ts'

/** The four figures by which watchers are compared, each with its arithmetic in a line; they ask for themselves again. */
export function renderFreshness(fresh: Freshness, { language }: Viewer) {
  const t = statisticsTexts[language].fresh
  const { ageOfFinds: age, spending, requestsPerFind, budget } = fresh
  const number = (value: number, digits = 0): string => figure(value, language, digits)
  const seconds = (value: number): string => duration(value * 1000, language)
  const card = (name: string, value: string | null, words: string) =>
    html`<li class="card">
      <h3>${name}</h3>
      <p class="figure">${value ?? '–'}</p>
      <p class="small quiet">${words}</p>
    </li>`
  const { p50S, p95S } = age
  const deliveryS = age.delivery.p50S
  const isKnown = p50S !== null && p95S !== null && deliveryS !== null
  const ageWords = isKnown ? t.ageWords(seconds(p95S), seconds(deliveryS)) : t.noAge
  return html`<section id="fresh" hx-get="/statistics/now" hx-trigger="every 30s" hx-swap="outerHTML">
    <ul class="cards">
      ${card(t.age, p50S === null ? null : seconds(p50S), ageWords)}
      ${card(
        t.perFind,
        requestsPerFind === null ? null : number(requestsPerFind, 1),
        t.perFindWords(number(spending.requests), number(spending.finds)),
      )}
      ${card(
        t.budget,
        budget.usedPercent === null ? null : `${number(budget.usedPercent, budget.usedPercent < 10 ? 1 : 0)} %`,
        t.budgetWords(number(budget.usedPerHour), number(budget.requestsPerHour)),
      )}
      ${card(
        t.bound,
        budget.boundS === null ? null : seconds(budget.boundS),
        budget.boundS === null ? t.noBound : t.boundWords(number(budget.searches)),
      )}
    </ul>
    <p class="small quiet">
      ${t.estimated} ${age.dated < age.count ? t.undated(number(age.count - age.dated), number(age.count)) : ''}
    </p>
  </section>`
}
