import { html } from 'hono/html'
import type { DeliveryTroubles } from '#shared/database/deliveries.ts'
import { showTime } from '../parts/show-time.ts'
import { channelName, placeName } from './show-delivery.ts'
import type { Eye } from './show-delivery.ts'
import { deliveriesTexts } from './texts.ts'

type Place = { channel: string; destination?: string }

function retryAll(place: Place, label: string) {
  return html`<form method="post" action="/deliveries/retry">
    <input type="hidden" name="channel" value="${place.channel}" />
    ${place.destination === undefined ? '' : html`<input type="hidden" name="destination" value="${place.destination}" />`}
    <button>${label}</button>
  </form>`
}

const said = (words: string | null, { language }: Eye) =>
  words === null ? '' : html`<p class="small">${deliveriesTexts[language].words} : <q>${words}</q></p>`

function showChannel({ channel, failures, since, error, nextAt }: DeliveryTroubles['channels'][number], eye: Eye) {
  const t = deliveriesTexts[eye.language]
  return html`<li class="card">
    <h3><span aria-hidden="true">■</span> ${t.channelDown(channelName(channel, eye))}</h3>
    <p class="small">
      ${t.since} ${showTime(since, eye)} · ${t.failures(failures)} · ${t.nextTry} ${showTime(nextAt, eye)}
    </p>
    ${said(error, eye)}
  </li>`
}

type Letters = { channel: string; destination: string; count: number; words: string | null; isOff: boolean }

function showLetters({ channel, destination, count, words, isOff }: Letters, eye: Eye) {
  const t = deliveriesTexts[eye.language]
  const to = placeName({ channel, destination }, eye)
  const them = new URLSearchParams({ status: 'failed', channel, destination }).toString()
  return html`<li class="card">
    <h3><span aria-hidden="true">▲</span> ${isOff ? t.chatOff(to) : t.deadAt(to)}</h3>
    ${count === 0 ? '' : html`<p>${t.dead(count)}. <a href="/deliveries?${them}">${t.showThem}</a></p>`}
    ${said(words, eye)}
    ${
      count > 0 && eye.mayChange
        ? html`<div class="actions sm">${retryAll({ channel, destination }, t.retryAll(count))}</div>`
        : ''
    }
  </li>`
}

/** Where several chats of a channel have dead letters, one button brings all of them back. */
function showChannelRetries({ letters }: DeliveryTroubles, eye: Eye) {
  const t = deliveriesTexts[eye.language]
  const counts = new Map<string, { chats: number; letters: number }>()
  for (const { channel, count } of letters) {
    const before = counts.get(channel) ?? { chats: 0, letters: 0 }
    counts.set(channel, { chats: before.chats + 1, letters: before.letters + count })
  }
  const many = [...counts].filter(([, { chats }]) => chats > 1)
  if (many.length === 0 || !eye.mayChange) return ''
  return html`<div class="actions sm">
    ${many.map(([channel, { letters }]) => retryAll({ channel }, t.retryChannel(channelName(channel, eye), letters)))}
  </div>`
}

/** What does not arrive, and the ways back. Nothing where all is well. */
export function showTroubles(troubles: DeliveryTroubles, eye: Eye) {
  const { channels, chats, letters } = troubles
  if (channels.length + chats.length + letters.length === 0) return ''
  const isOff = ({ channel, destination }: Required<Place>): boolean =>
    chats.some((chat) => chat.channel === channel && chat.destination === destination)
  return html`<h2 id="troubles">${deliveriesTexts[eye.language].troubles}</h2>
    <ul class="cards roomy">
      ${channels.map((channel) => showChannel(channel, eye))}
      ${chats.map(({ reason, ...chat }) => showLetters({ ...chat, words: reason, isOff: true }, eye))}
      ${letters
        .filter((letter) => !isOff(letter))
        .map(({ error, ...letter }) => showLetters({ ...letter, words: error, isOff: false }, eye))}
    </ul>
    ${showChannelRetries(troubles, eye)}`
}
