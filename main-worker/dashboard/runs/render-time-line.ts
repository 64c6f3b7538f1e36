import { html } from 'hono/html'
import { locale } from '#shared/outbox/texts.ts'
import { exactTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { duration, figure } from './figures.ts'
import { runsTexts } from './texts.ts'
import type { Bar, Row, TimeLine } from './time-line.ts'
import type { VerdictKind } from '../parts/verdicts.ts'
import { verdictWord } from '../parts/verdicts.ts'

/** The drawing is this wide and stretched to the page; a bar is never too narrow to be seen. */
const WIDTH = 1000
const HEIGHT = 24
const NARROWEST = 8

/** Served: a bar in the middle; refused: a peak; anything else: a hollow box of full height. */
function shape(kind: VerdictKind, x: number, width: number) {
  if (kind === 'refused')
    return html`<polygon class="bar refused" points="${x},${HEIGHT} ${x + width / 2},0 ${x + width},${HEIGHT}" />`
  if (kind === 'served') return html`<rect class="bar served" x="${x}" y="7" width="${width}" height="12" />`
  return html`<rect class="bar failed" x="${x}" y="2" width="${width}" height="20" />`
}

function drawBar(bar: Bar, { from, to }: TimeLine, clock: Intl.DateTimeFormat, viewer: Viewer) {
  const t = runsTexts[viewer.language]
  const scale = WIDTH / (to - from)
  const width = Math.max(NARROWEST, Math.round((bar.to - bar.from) * scale))
  const x = Math.min(WIDTH - width, Math.round((bar.from - from) * scale))
  const when = clock.format(bar.from)
  const words = [
    verdictWord(bar.verdict, viewer.language),
    ...(bar.searches > 1 ? [t.bars(bar.searches)] : []),
    ...(bar.alerts > 0 ? [t.alertsOf(bar.alerts)] : []),
    bar.to > bar.from ? `${when} + ${duration(bar.to - bar.from, viewer.language)}` : when,
  ]
  return html`<g><title>${words.join(' · ')}</title>${shape(bar.kind, x, width)}</g>`
}

const countWords = ({ counts }: Row, { language }: Viewer): string =>
  (Object.keys(counts) as VerdictKind[])
    .filter((kind) => counts[kind] > 0)
    .map((kind) => runsTexts[language].counted(runsTexts[language].legend[kind], figure(counts[kind], language)))
    .join(', ')

function drawRow(row: Row, line: TimeLine, nameOf: (id: string) => string, viewer: Viewer) {
  const name = nameOf(row.workerId)
  // One for the row: making one per bar takes longer than drawing it.
  const clock = new Intl.DateTimeFormat(locale[viewer.language], {
    timeStyle: 'medium',
    timeZone: viewer.timeZone,
  })
  return html`<li>
    <span class="small">${name} <small>${countWords(row, viewer)}</small></span>
    <svg
      class="timeline"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${name}: ${countWords(row, viewer)}"
    >
      ${row.bars.map((bar) => drawBar(bar, line, clock, viewer))}
    </svg>
  </li>`
}

const legendShape = (kind: VerdictKind) =>
  html`<svg class="key" viewBox="0 0 ${HEIGHT} ${HEIGHT}" aria-hidden="true">${shape(kind, 3, 18)}</svg>`

function asTable({ rows }: TimeLine, nameOf: (id: string) => string, { language }: Viewer) {
  const t = runsTexts[language]
  const kinds = ['served', 'refused', 'failed', 'waiting'] as const
  return html`<details>
    <summary>${t.asTable}</summary>
    <div class="wide roomy" role="region" aria-label="${t.timeLine}" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">${t.region}</th>
            ${kinds.map((kind) => html`<th scope="col" class="number">${t.legend[kind]}</th>`)}
            <th scope="col" class="number">${t.median}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ workerId, counts, medianMs }) =>
              html`<tr>
                <th scope="row">${nameOf(workerId)}</th>
                ${kinds.map((kind) => html`<td class="number">${figure(counts[kind], language)}</td>`)}
                <td class="number">${medianMs === null ? '–' : duration(medianMs, language)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`
}

/** One row per region, a bar per search; the same as a table below. */
export function renderTimeLine(line: TimeLine, nameOf: (id: string) => string, viewer: Viewer) {
  const t = runsTexts[viewer.language]
  if (line.rows.length === 0) return ''
  return html`<h2>${t.timeLine}</h2>
    <p class="small quiet">${t.timeLineHow}</p>
    <p class="small">
      ${(['served', 'refused', 'failed'] as const).map((kind) => html`${legendShape(kind)} ${t.legend[kind]} `)}
    </p>
    <ul class="timelines">
      ${line.rows.map((row) => drawRow(row, line, nameOf, viewer))}
    </ul>
    <p class="small quiet">
      ${exactTime(new Date(line.from).toISOString(), viewer)} – ${exactTime(new Date(line.to).toISOString(), viewer)}
      (${duration(line.to - line.from, viewer.language)})
    </p>
    ${asTable(line, nameOf, viewer)}`
}
