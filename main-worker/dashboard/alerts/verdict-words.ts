import type { Language } from '#shared/outbox/texts.ts'
import { alertPastTexts } from './past-texts.ts'

/** What an answer of the site means, in words; one that is not known stays as it is. */
export const verdictWords = (verdict: string, language: Language): string =>
  (alertPastTexts[language].verdicts as Readonly<Record<string, string>>)[verdict] ?? verdict
