import { html } from 'hono/html'
import type { Statistics } from '#shared/database/statistics.ts'
import { locale } from '#shared/outbox/texts.ts'
import type { Language } from '#shared/outbox/texts.ts'
import type { Freshness } from '../../fleet/freshness.ts'
import { spanNames } from '../../statistics/spans.ts'
import type { Span } from '../../statistics/spans.ts'
import { assetUrl } from '../assets/assets.ts'
import type { Viewer } from '../parts/show-time.ts'
import { figure } from '../runs/figures.ts'
import { chartsOf } from './charts.ts'
import type { Chart, Series } from './charts.ts'
import { renderFreshness } from './render-freshness.ts'
import { statisticsTexts } from './texts.ts'

/** What was asked in a day, and what of it was refused. */
function renderDay({ totals }: Statistics, language: Language) {
  const t = statisticsTexts[language]
  const number = (value: number): string => figure(value, language)
  // Counted when a cycle ends: the first one is still under way.
  if (totals.searches === 0) return ''
  return html`<p>
    ${t.day(number(totals.searches), number(totals.cycles))}
    ${totals.refused === 0 ? t.dayNoRefusal : t.dayRefused(number(totals.refused))}
  </p>`
}

const shown = (value: number, { unit }: Series, language: Language): string =>
  `${figure(value, language, 1)}${unit === '' ? '' : ` ${unit}`}`

function cell(value: number | null, series: Series, language: Language) {
  if (value === null) return html`<td class="number"><span class="quiet">–</span></td>`
  // Full figures for the drawing would be noise: a thousandth is more than a pixel.
  return html`<td class="number">
    <data value="${Math.round(value * 1000) / 1000}">${shown(value, series, language)}</data>
  </td>`
}

/** The table holds the numbers; the script of the page draws what stands in it. */
function renderChart({ id, title, note, series }: Chart, { steps }: Statistics, viewer: Viewer) {
  const { language, timeZone } = viewer
  const t = statisticsTexts[language]
  const time = new Intl.DateTimeFormat(locale[language], {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
  if (series.length === 0)
    return html`<section>
      <h2>${title}</h2>
      <p class="quiet">${t.nothing}</p>
    </section>`
  return html`<section>
    <h2 id="${id}">${title}</h2>
    <p class="small quiet">${note}</p>
    <div class="chart" data-chart="${id}-table" role="img" aria-labelledby="${id}" aria-describedby="${id}-table"></div>
    <details>
      <summary>${t.asTable}</summary>
      <div class="wide roomy" role="region" aria-labelledby="${id}" tabindex="0">
        <table id="${id}-table" data-zone="${timeZone}">
          <thead>
            <tr>
              <th scope="col">${t.when}</th>
              ${series.map(
                ({ name, unit, isDrawn }) =>
                  html`<th scope="col" class="number" data-unit="${unit}" ${isDrawn ? 'data-drawn' : ''}>${name}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${steps.map(
              (step) =>
                html`<tr>
                  <th scope="row">
                    <data value="${Date.parse(step.at) / 1000}">${time.format(new Date(step.at))}</data>
                  </th>
                  ${series.map((one) => cell(one.value(step), one, language))}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`
}

/** `fresh`: as it is now; `day`: the last 24 hours; `statistics`: the chosen span. */
export function renderStatistics(
  facts: {
    fresh: Freshness
    day: Statistics
    statistics: Statistics
    span: Span
    nameOf: (workerId: string) => string
  },
  viewer: Viewer,
) {
  const { fresh, day, statistics, span, nameOf } = facts
  const t = statisticsTexts[viewer.language]
  return html`<link rel="stylesheet" href="${assetUrl('uplot.css')}" />
    <h1>${t.title}</h1>
    <h2>${t.now}</h2>
    ${renderFreshness(fresh, viewer)}
    <h2>${t.lastDay}</h2>
    ${renderDay(day, viewer.language)}
    <h2>${t.span}</h2>
    <p class="actions sm">
      ${spanNames.map(
        (name) =>
          html`<a class="button" href="/statistics?span=${name}" ${name === span ? html`aria-current="true"` : ''}
            >${t.spans[name]}</a
          >`,
      )}
    </p>
    <p class="small quiet">${t.zone(viewer.timeZone)}</p>
    <noscript><p class="note">${t.noScript}</p></noscript>
    ${chartsOf(statistics, nameOf, viewer.language).map((chart) => renderChart(chart, statistics, viewer))}`
}
