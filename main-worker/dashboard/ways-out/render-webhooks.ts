import { html } from 'hono/html'
import type { Webhook } from '#shared/database/webhooks.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { waysOutTexts } from './texts.ts'

export type WebhookField = 'kind' | 'name' | 'url'

/** What the page says besides the list; a secret stands in no address, only in the answer to its form. */
export type WebhooksTold = {
  added?: { name: string; secret: string | null }
  isRemoved?: boolean
  /** The form as it was sent, with what is wrong; the address is not repeated. */
  wrong?: { field: WebhookField | 'key'; kind: string; name: string }
}

const KINDS = ['discord', 'standard'] as const

function showWebhook(webhook: Webhook, viewer: Viewer) {
  const t = waysOutTexts[viewer.language]
  const { id, kind, name, host, createdAt, alerts, disabledReason } = webhook
  return html`<li class="card">
    <h2><bdi>${name}</bdi></h2>
    <p class="small quiet">${t.kinds[kind]} · ${host} · ${showTime(createdAt, viewer)}</p>
    <p class="small">${t.alerts(alerts)}</p>
    <p class="state ${disabledReason === null ? 'good' : 'bad'}">
      <span aria-hidden="true">${disabledReason === null ? '●' : '■'}</span>
      ${disabledReason === null ? t.open : html`${t.disabled} <small>${disabledReason}</small>`}
    </p>
    <form method="post" action="/webhooks/${id}/remove" class="sm"><button class="danger">${t.remove}</button></form>
  </li>`
}

function addForm({ wrong }: WebhooksTold, { language }: Viewer) {
  const t = waysOutTexts[language]
  const problem = (field: WebhookField) =>
    wrong?.field === field ? html`<span class="wrong" id="wrong-${field}">${t.wants[field]}</span>` : ''
  const marks = (field: WebhookField) =>
    wrong?.field === field ? html`aria-invalid="true" aria-describedby="wrong-${field}"` : ''
  return html`<h2>${t.add}</h2>
    ${wrong?.field === 'key' ? html`<p class="note bad" role="alert">${t.noKey}</p>` : ''}
    <form method="post" action="/webhooks">
      <div class="fields top">
        <label
          >${t.kind}
          <select name="kind" ${marks('kind')}>
            ${KINDS.map(
              (kind) =>
                html`<option value="${kind}" ${wrong?.kind === kind ? html`selected` : ''}>${t.kinds[kind]}</option>`,
            )}
          </select>
          ${problem('kind')}
        </label>
        <label
          >${t.name}
          <input name="name" value="${wrong?.name ?? ''}" required ${marks('name')} />${problem('name')}</label
        >
        <label
          >${t.url} <input name="url" type="url" autocomplete="off" required ${marks('url')} />${problem('url')}
          <small>${t.urlHelp}</small></label
        >
      </div>
      <p><button class="primary">${t.add}</button></p>
    </form>`
}

/** The other ways out of a person: Discord channels and programs. */
export function renderWebhooks(webhooks: readonly Webhook[], told: WebhooksTold, viewer: Viewer) {
  const t = waysOutTexts[viewer.language]
  const { added } = told
  return html`<h1>${t.title}</h1>
    <p>${t.intro}</p>
    ${
      added
        ? html`<div class="note" role="status">
            <p>${t.added(added.name)}</p>
            ${
              added.secret === null
                ? ''
                : html`<p>${t.secret}</p>
                    <pre>${added.secret}</pre>`
            }
          </div>`
        : ''
    }
    ${told.isRemoved ? html`<p class="note" role="status">${t.removed}</p>` : ''}
    ${
      webhooks.length === 0
        ? html`<p class="quiet">${t.noWebhook}</p>`
        : html`<ul class="cards">
              ${webhooks.map((webhook) => showWebhook(webhook, viewer))}
            </ul>
            <p><a href="/deliveries#test">${t.test}</a></p>`
    }
    ${addForm(told, viewer)}`
}
