import { html } from 'hono/html'
import { Verdict } from '#shared/contracts/verdict.ts'
import type { Language } from '#shared/outbox/texts.ts'

/** What a verdict means to a reader: served, refused by the site, or something else went wrong. */
export type VerdictKind = 'served' | 'refused' | 'failed' | 'waiting'

const KINDS: Record<Verdict, VerdictKind> = {
  ok: 'served',
  blocked: 'refused',
  challenged: 'refused',
  captcha: 'refused',
  throttled: 'refused',
  'session-expired': 'failed',
  'upstream-error': 'failed',
  'protocol-changed': 'failed',
  'bad-search': 'failed',
  'wrong-market': 'failed',
  'no-session': 'failed',
}

const fr: Record<Verdict | 'waiting', string> = {
  ok: 'servie',
  blocked: 'refusée (403)',
  challenged: 'refusée : page de contrôle',
  captcha: 'refusée : CAPTCHA',
  throttled: 'priée d’attendre (429)',
  'session-expired': 'session expirée',
  'upstream-error': 'Vinted n’a pas répondu correctement',
  'protocol-changed': 'réponse que Vigie ne comprend pas',
  'bad-search': 'recherche refusée par Vinted',
  'wrong-market': 'réponse d’un autre pays',
  'no-session': 'pas de session',
  waiting: 'pas encore vérifiée',
}

const en: typeof fr = {
  ok: 'served',
  blocked: 'refused (403)',
  challenged: 'refused: challenge page',
  captcha: 'refused: CAPTCHA',
  throttled: 'asked to wait (429)',
  'session-expired': 'session expired',
  'upstream-error': 'Vinted did not answer properly',
  'protocol-changed': 'an answer that Vigie does not understand',
  'bad-search': 'Vinted does not take this search',
  'wrong-market': 'the answer of another country',
  'no-session': 'no session',
  waiting: 'not checked yet',
}

/** The words for every verdict, in both languages. */
export const verdictTexts = { fr, en }

const MARKS = {
  served: { shape: '●', tone: 'good' },
  refused: { shape: '▲', tone: 'bad' },
  failed: { shape: '■', tone: 'care' },
  waiting: { shape: '○', tone: 'quiet' },
} as const

/** A verdict of a newer Vigie than this page is a failure with its own name. */
export const kindOf = (verdict: string | null): VerdictKind =>
  verdict === null ? 'waiting' : (KINDS[verdict as Verdict] ?? 'failed')

export const verdictWord = (verdict: string | null, language: Language): string => {
  if (verdict === null) return verdictTexts[language].waiting
  const known = Verdict.safeParse(verdict)
  return known.success ? verdictTexts[language][known.data] : verdict
}

/** A shape and a word; the colour only repeats them. */
export function showVerdict(verdict: string | null, language: Language) {
  const { shape, tone } = MARKS[kindOf(verdict)]
  return html`<span class="state ${tone}"
    ><span aria-hidden="true">${shape}</span>&nbsp;${verdictWord(verdict, language)}</span
  >`
}
