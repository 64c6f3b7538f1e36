import { html } from 'hono/html'

/** What is wrong with a field, read out with it (its input is `aria-describedby` the same id). */
export const showProblem = (field: string, words: string | undefined) =>
  words === undefined ? '' : html`<span id="${field}-problem" class="state bad small" role="alert">▲ ${words}</span>`

/** The attributes of a field that has a problem. */
export const markProblem = (field: string, words: string | undefined) =>
  words === undefined ? '' : html`aria-invalid="true" aria-describedby="${field}-problem"`
