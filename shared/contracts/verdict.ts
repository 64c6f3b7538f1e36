import { z } from 'zod'

/** What an answer of the site means (see docs: "What an answer means"). `no-session`: it could not be asked. */
export const Verdict = z.enum([
  'ok',
  'session-expired',
  'blocked',
  'challenged',
  'captcha',
  'throttled',
  'upstream-error',
  'protocol-changed',
  'bad-search',
  'wrong-market',
  'no-session',
])
export type Verdict = z.infer<typeof Verdict>

/** Verdicts after which another worker may try the same search in the same cycle. */
export const isWorthRetrying = (verdict: Verdict | null): boolean =>
  verdict === null ||
  verdict === 'blocked' ||
  verdict === 'challenged' ||
  verdict === 'captcha' ||
  verdict === 'throttled' ||
  verdict === 'upstream-error' ||
  verdict === 'session-expired' ||
  verdict === 'no-session'
