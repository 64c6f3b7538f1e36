import { html } from 'hono/html'
import type { Delivery, DeliveryTroubles } from '#shared/database/deliveries.ts'
import type { DeliveryPage } from '../../deliveries/parse-delivery-page.ts'
import { channelName, placeName, showDeliveries } from './show-delivery.ts'
import type { Eye } from './show-delivery.ts'
import { showTest } from './show-test.ts'
import { showTroubles } from './show-troubles.ts'
import { deliveriesTexts } from './texts.ts'

/** What a button did, and to how many. */
export type Told = { done: 'retry' | 'retryAll' | 'notFailed'; count: number }

export type Deliveries = Pick<DeliveryPage, 'typed'> & {
  deliveries: readonly Delivery[]
  nextCursor: string | null
  isOlder: boolean
  /** The newest dead letters, where the page shows everything from its beginning. */
  dead: readonly Delivery[]
  troubles: DeliveryTroubles
  /** To choose from. */
  channels: readonly string[]
  /** The message of the test button that was pressed. */
  test: Delivery | null
  told: Told | null
}

function showTold({ told }: Deliveries, { language }: Eye) {
  const t = deliveriesTexts[language]
  if (told === null) return ''
  switch (told.done) {
    case 'retry':
      return html`<p class="note" role="status">${t.retried(told.count)}</p>`
    case 'retryAll':
      return html`<p class="note" role="status">${t.retriedAll(told.count)}</p>`
    case 'notFailed':
      return html`<p class="note care" role="alert">${t.notFailed}</p>`
    default:
      return told.done satisfies never
  }
}

/** A button per way out; the message it makes goes the way of every other. */
function showTests({ test }: Deliveries, eye: Eye) {
  const t = deliveriesTexts[eye.language]
  if (!eye.mayChange) return ''
  return html`<h2 id="test">${t.tests}</h2>
    ${eye.ways.length === 0 ? html`<p class="quiet">${t.noWay}</p>` : ''}
    <div class="actions sm">
      ${eye.ways.map(
        ({ channel, destination }) =>
          html`<form method="post" action="/deliveries/test">
            <input type="hidden" name="channel" value="${channel}" />
            <input type="hidden" name="destination" value="${destination}" />
            <button>${t.test(placeName({ channel, destination }, eye))}</button>
          </form>`,
      )}
    </div>
    <div aria-live="polite">${test === null ? '' : showTest(test, eye)}</div>`
}

const option = (value: string, words: string, chosen: string | undefined) =>
  html`<option value="${value}" ${value === (chosen ?? '') ? 'selected' : ''}>${words}</option>`

function showFilter({ typed, channels }: Deliveries, eye: Eye) {
  const t = deliveriesTexts[eye.language]
  const { status, channel, destination } = typed
  return html`<form method="get" action="/deliveries" id="delivery-filter">
    <div class="fields">
      <div>
        <label for="status">${t.status}</label>
        <select id="status" name="status">
          ${Object.entries(t.states).map(([value, words]) => option(value, words, status))}
        </select>
      </div>
      <div>
        <label for="channel">${t.channel}</label>
        <select id="channel" name="channel">
          ${option('', t.allChannels, channel)} ${channels.map((each) => option(each, channelName(each, eye), channel))}
        </select>
      </div>
      ${
        destination === undefined
          ? ''
          : html`<div>
              <label for="destination">${t.destination}</label>
              <input id="destination" name="destination" value="${destination}" maxlength="100" autocomplete="off" />
            </div>`
      }
      <p class="actions">
        <button>${t.filter}</button>
        ${Object.keys(typed).length > 0 ? html`<a class="button" href="/deliveries">${t.showAll}</a>` : ''}
      </p>
    </div>
  </form>`
}

const addressOf = (query: Record<string, string>): string => {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '/deliveries' : `/deliveries?${text}`
}

/** What was sent, waits or failed. `back` is the query of this very page. */
export function renderDeliveries(page: Deliveries, back: string, eye: Eye) {
  const { deliveries, dead, nextCursor, isOlder, typed, troubles } = page
  const t = deliveriesTexts[eye.language]
  return html`<h1>${t.title}</h1>
    ${showTold(page, eye)} ${showTroubles(troubles, eye)}
    ${
      dead.length === 0
        ? ''
        : html`<h2>${t.deadLetters}</h2>
            ${showDeliveries(dead, { caption: t.deadLetters, prefix: 'dead', back }, eye)}`
    }
    ${showTests(page, eye)}
    <h2 id="messages">${t.allMessages}</h2>
    ${showFilter(page, eye)}
    ${
      deliveries.length === 0
        ? html`<p class="quiet">${isOlder ? t.noneOlder : t.none}</p>`
        : showDeliveries(deliveries, { caption: t.messages, prefix: 'message', back }, eye)
    }
    <p class="actions">
      ${isOlder ? html`<a class="button" href="${addressOf(typed)}">${t.newest}</a>` : ''}
      ${
        nextCursor === null
          ? ''
          : html`<a class="button" rel="next" href="${addressOf({ ...typed, cursor: nextCursor })}">${t.older}</a>`
      }
    </p>`
}
