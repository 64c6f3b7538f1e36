import { html } from 'hono/html'
import type { FleetRow, WorkerRow } from '#shared/database/fleet.ts'
import type { Home } from '#shared/database/live.ts'
import { successRate } from '../../fleet/read-stats.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { homeTexts } from './texts.ts'

type Tone = 'good' | 'care' | 'bad'
type State = { shape: string; tone: Tone; word: string; until: string | null; why: string | null }

/** A word and a shape; the colour only repeats them. What weighs most comes first. */
function stateOf(worker: WorkerRow, { pause, isTrial }: FleetRow, { language }: Viewer): State {
  const t = homeTexts[language]
  const state = (shape: string, tone: Tone, word: string, until: string | null = null, why: string | null = null) => ({
    shape,
    tone,
    word,
    until,
    why,
  })
  if (worker.bannedUntil !== null) return state('▲', 'bad', t.banned, worker.bannedUntil, worker.banReason)
  if (!worker.isHealthy) return state('■', 'bad', t.down, null, worker.lastError)
  if (worker.isDraining) return state('◆', 'care', t.drained, null, t.drainedWhy)
  if (pause) return state('❚❚', 'care', t.pausedWorker, pause.until, pause.reason)
  if (worker.restingUntil !== null) return state('◐', 'care', t.resting, worker.restingUntil)
  return state('●', 'good', isTrial ? t.trying : t.working)
}

const post = (action: string, label: string) =>
  html`<form method="post" action="${action}"><button>${label}</button></form>`

/** The way back from each state; ending a ban or draining asks first. */
function controls(worker: WorkerRow, { language }: Viewer) {
  const t = homeTexts[language]
  const path = `/workers/${encodeURIComponent(worker.id)}`
  return html`<div class="actions sm">
    ${worker.bannedUntil !== null || worker.restingUntil !== null ? post(`${path}/unban`, t.unban) : ''}
    ${worker.isDraining ? post(`${path}/resume`, t.resume) : post(`${path}/drain`, t.drain)}
  </div>`
}

const seconds = (ms: number, language: Viewer['language']): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(ms / 1000)

/** One region: its state, until when and why, and how it does. */
export function showWorker(
  worker: WorkerRow,
  home: Home,
  viewer: Viewer & { mayControl: boolean; isContinuous: boolean },
) {
  const t = homeTexts[viewer.language]
  const { shape, tone, word, until, why } = stateOf(worker, home.fleet, viewer)
  const share = home.run?.workers.find(({ id }) => id === worker.id)
  const session = home.sessions[worker.id]
  const rate = successRate(worker)
  const row = (name: string, value: unknown) =>
    html`<dt>${name}</dt>
      <dd>${value}</dd>`
  return html`<li class="card" id="worker-${worker.id}">
    <h3>${worker.name} <small>${worker.region}</small></h3>
    <p class="state ${tone}"><span aria-hidden="true">${shape}</span> ${word}</p>
    ${until === null ? '' : html`<p class="small">${t.ends} ${showTime(until, viewer)}</p>`}
    ${why === null ? '' : html`<p class="small">${t.why} : ${why}</p>`}
    <dl>
      ${row(t.lastAnswer, showTime(home.lastGoodAt[worker.id] ?? null, viewer))}
      ${row(t.lastHealth, showTime(worker.lastHealthCheckAt, viewer))}
      ${share?.ms ? row(viewer.isContinuous ? t.reportPace : t.cyclePace, t.answers(share.planned, seconds(share.ms, viewer.language))) : ''}
      ${row(t.pace, worker.slowFactor > 1 ? t.slowed(seconds(worker.slowFactor * 1000, viewer.language)) : t.normalPace)}
      ${row(t.session, session === undefined ? t.noSession : showTime(session, viewer))}
      ${rate === null ? '' : row(t.success, `${new Intl.NumberFormat(viewer.language).format(rate)} %`)}
    </dl>
    ${viewer.mayControl ? controls(worker, viewer) : ''}
  </li>`
}
