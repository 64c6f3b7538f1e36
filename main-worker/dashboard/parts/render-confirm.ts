import { html } from 'hono/html'
import type { Language } from '#shared/outbox/texts.ts'
import { pageTexts } from './texts.ts'

type Question = {
  question: string
  /** The verb on the button: "delete 3 alerts". */
  what: string
  action: string
  /** Sent along again, beside `confirmed`. */
  fields?: readonly (readonly [name: string, value: string])[]
  back: string
}

/** What destroys or stops something asks first, with the count, and works without a script. */
export function renderConfirm({ question, what, action, fields = [], back }: Question, language: Language) {
  const t = pageTexts[language]
  return html`<h1>${question}</h1>
    <form method="post" action="${action}" class="row">
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button class="danger" name="confirmed" value="yes">${t.yes(what)}</button>
      <a class="button" href="${back}">${t.no}</a>
    </form>`
}
