import { html } from 'hono/html'
import type { Delivery } from '#shared/database/deliveries.ts'
import { noticeLines } from '#shared/outbox/notice-lines.ts'
import type { WayOut } from '../../deliveries/channels-of.ts'
import { showTitle } from '../parts/show-listing.ts'
import { showMessageState } from '../parts/show-message-state.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { deliveriesTexts } from './texts.ts'

/** `ways` gives a destination the name its owner knows. */
export type Eye = Viewer & { mayChange: boolean; ways: readonly WayOut[] }

export const channelName = (channel: string, { language }: Pick<Eye, 'language'>): string =>
  deliveriesTexts[language].channels[channel] ?? channel

/** "Telegram 4242", "Discord #finds", "Terminal". */
export function placeName({ channel, destination }: Omit<WayOut, 'name'>, eye: Pick<Eye, 'language' | 'ways'>): string {
  const way = eye.ways.find((each) => each.channel === channel && each.destination === destination)
  const isTerminal = channel === 'console' && destination === 'console'
  return isTerminal ? channelName(channel, eye) : `${channelName(channel, eye)} ${way?.name ?? destination}`
}

/** What a message says, in a line and in the language of who looks. */
function showWhat({ payload, kind }: Delivery, { language }: Viewer) {
  const t = deliveriesTexts[language]
  if ('listing' in payload) return html`${kind === 'drop' ? `${t.drop} ` : ''}${showTitle(payload.listing)}`
  if ('count' in payload) return kind === 'baseline' ? t.baseline(payload.count) : t.digest(payload.count)
  return noticeLines({ ...payload, language })[0] ?? t.notice
}

/** Where it stands, how often it was tried, and what the channel said of it. */
export function showState(delivery: Delivery, eye: Viewer) {
  const { status, attempts, possibleRepeats, lastError, notBefore } = delivery
  const t = deliveriesTexts[eye.language]
  const counts = [
    ...(attempts > 0 ? [t.attempts(attempts)] : []),
    ...(possibleRepeats > 0 ? [t.possibleRepeats(possibleRepeats)] : []),
  ]
  const isLater = status === 'waiting' && Date.parse(notBefore) > eye.now
  const words = status === 'failed' || status === 'waiting' ? lastError : null
  return html`${showMessageState(status, eye.language)}
  ${counts.length === 0 ? '' : html`<p class="small quiet">${counts.join(' · ')}</p>`}
  ${isLater ? html`<p class="small quiet">${t.nextTry} ${showTime(notBefore, eye)}</p>` : ''}
  ${words === null ? '' : html`<p class="small quiet">${t.words} : <q>${words}</q></p>`}`
}

function showAlert({ alertId, alertName }: Delivery, { language }: Viewer) {
  if (alertId === null) return ''
  return alertName === null
    ? html`<span class="quiet">${deliveriesTexts[language].alertGone}</span>`
    : html`<a href="/alerts/${alertId}"><bdi>${alertName}</bdi></a>`
}

function showRetry({ id, status }: Delivery, prefix: string, back: string, { language, mayChange }: Eye) {
  if (status !== 'failed' || !mayChange) return ''
  return html`<form class="sm" method="post" action="/deliveries/${id}/retry">
    <input type="hidden" name="back" value="${back}" />
    <button aria-describedby="${prefix}-${id}">${deliveriesTexts[language].retry}</button>
  </form>`
}

type List = { caption: string; /** Tells the lists of one page apart. */ prefix: string; back: string }

/** Messages below each other: what, where to and when, beside how it stands. On a phone all of it stands in one column. */
export function showDeliveries(deliveries: readonly Delivery[], { caption, prefix, back }: List, eye: Eye) {
  return html`<ul class="letters" aria-label="${caption}">
    ${deliveries.map((delivery) => {
      const alert = showAlert(delivery, eye)
      return html`<li>
        <div>
          <p class="clamp" id="${prefix}-${delivery.id}">${showWhat(delivery, eye)}</p>
          <p class="small quiet">
            ${placeName(delivery, eye)}${alert === '' ? '' : html` · ${alert}`} · ${showTime(delivery.createdAt, eye)}
          </p>
        </div>
        <div id="${prefix}-state-${delivery.id}">
          ${showState(delivery, eye)} ${showRetry(delivery, prefix, back, eye)}
        </div>
      </li>`
    })}
  </ul>`
}
