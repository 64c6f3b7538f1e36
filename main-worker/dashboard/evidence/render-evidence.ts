import { html } from 'hono/html'
import type { Evidence } from '#shared/database/incidents.ts'
import type { RpcResult } from '#shared/database/rpcs.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { showVerdict } from '../parts/verdicts.ts'
import { evidenceTexts } from './texts.ts'

type NameOf = (workerId: string) => string

/** What Vinted answered when it refused, newest first. */
export function renderEvidenceList(list: RpcResult<'list_evidence'>, nameOf: NameOf, viewer: Viewer) {
  const { language } = viewer
  const t = evidenceTexts[language]
  return html`<h1>${t.title}</h1>
    <p class="quiet">${t.intro}</p>
    ${
      list.length === 0
        ? html`<p>${t.none}</p>`
        : html`<div class="wide roomy" role="region" aria-label="${t.title}" tabindex="0">
            <table id="evidence">
              <thead>
                <tr>
                  <th scope="col">${t.when}</th>
                  <th scope="col">${t.region}</th>
                  <th scope="col">${t.market}</th>
                  <th scope="col">${t.verdict}</th>
                  <th scope="col" class="number">${t.status}</th>
                </tr>
              </thead>
              <tbody>
                ${list.map(
                  (one) =>
                    html`<tr>
                      <th scope="row"><a href="/evidence/${one.id}">${showTime(one.createdAt, viewer)}</a></th>
                      <td>${nameOf(one.workerId)}</td>
                      <td>${one.market.toUpperCase()}</td>
                      <td>${showVerdict(one.verdict, language)}</td>
                      <td class="number">${one.httpStatus}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }`
}

/** The answer itself, as text: it is a stranger's page and is never rendered. */
export function renderEvidence(evidence: Evidence, nameOf: NameOf, viewer: Viewer) {
  const { language } = viewer
  const t = evidenceTexts[language]
  const row = (name: string, value: unknown) =>
    html`<dt>${name}</dt>
      <dd>${value}</dd>`
  return html`<p><a href="/evidence">${t.back}</a></p>
    <h1>${t.one(evidence.httpStatus, evidence.market.toUpperCase())}</h1>
    <div class="card roomy">
      <dl>
        ${row(t.when, html`${showTime(evidence.createdAt, viewer)} <small>(${t.kept})</small>`)}
        ${row(t.region, nameOf(evidence.workerId))} ${row(t.market, evidence.market.toUpperCase())}
        ${row(t.verdict, showVerdict(evidence.verdict, language))} ${row(t.status, evidence.httpStatus)}
      </dl>
    </div>
    ${
      evidence.screenshot === null
        ? ''
        : html`<h2>${t.screenshot}</h2>
            <img class="screenshot" src="/evidence/${evidence.id}/screenshot.jpg" alt="${t.screenshotOf}" />`
    }
    <h2>${t.headers}</h2>
    <pre><bdi>${Object.entries(evidence.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')}</bdi></pre>
    <h2>${t.body}</h2>
    ${evidence.body === '' ? html`<p class="quiet">${t.noBody}</p>` : html`<pre><bdi>${evidence.body}</bdi></pre>`}`
}
