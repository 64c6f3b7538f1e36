import { html } from 'hono/html'
import type { Alert } from '#shared/contracts/alert.ts'
import type { Webhook } from '#shared/database/webhooks.ts'
import type { Language } from '#shared/outbox/texts.ts'
import { waysOutTexts } from './texts.ts'

/** The further ways out of an alert, to choose from, and its feed; `feedUrl` null: it has none. */
export type AlertWays = { webhooks: readonly Webhook[]; feedUrl: string | null }

type Eye = { language: Language; mayChange: boolean }

function chooseWebhooks({ id, webhookIds }: Alert, { webhooks }: AlertWays, { language, mayChange }: Eye) {
  const t = waysOutTexts[language]
  const chosen = webhooks.filter((webhook) => webhookIds.includes(webhook.id))
  if (!mayChange || webhooks.length === 0)
    return html`<p class="small">
      ${t.ofAlert} : ${chosen.length === 0 ? t.none : chosen.map(({ name }) => html`<bdi>${name}</bdi> `)}
    </p>`
  return html`<form method="post" action="/alerts/${id}/webhooks" class="sm">
    <fieldset>
      <legend>${t.chooseWays}</legend>
      ${webhooks.map(
        (webhook) =>
          html`<label class="inline">
            <input
              type="checkbox"
              name="webhookIds"
              value="${webhook.id}"
              ${webhookIds.includes(webhook.id) ? html`checked` : ''}
            />
            <bdi>${webhook.name}</bdi> <small>${t.kinds[webhook.kind]}</small>
          </label>`,
      )}
      <p><button>${t.save}</button></p>
    </fieldset>
  </form>`
}

function showFeed({ id }: Alert, { feedUrl }: AlertWays, { language }: Eye) {
  const t = waysOutTexts[language]
  return html`<h3>${t.feed}</h3>
    <p class="small quiet">${t.feedHelp}</p>
    ${
      feedUrl === null
        ? html`<form method="post" action="/alerts/${id}/feed" class="sm"><button>${t.makeFeed}</button></form>`
        : html`<label>${t.feedAddress} <input readonly value="${feedUrl}" /></label>
            <form method="post" action="/alerts/${id}/feed/close" class="sm"><button>${t.closeFeed}</button></form>`
    }`
}

/** The feed's address is a key: only who may change the alert sees it. */
export const renderAlertWays = (alert: Alert, ways: AlertWays, eye: Eye) =>
  html`${chooseWebhooks(alert, ways, eye)}
  ${
    eye.mayChange
      ? html`<p class="small"><a href="/webhooks">${waysOutTexts[eye.language].manage}</a></p>
          ${showFeed(alert, ways, eye)}`
      : ''
  }`
