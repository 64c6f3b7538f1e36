import type { Notice } from '../database/outbox.ts'
import { incidentWords } from '../incidents/incident-texts.ts'
import { clockTime, texts } from './texts.ts'

/** A notice as lines, the headline first. */
export function noticeLines(notice: Notice, timeZone: string | null = null): string[] {
  const t = texts[notice.language]
  if ('reply' in notice)
    return notice.reply.lines.map((line) => line.map(({ text }) => text).join('')).filter((line) => line !== '')
  if ('daily' in notice) return [t.daily(notice.daily.checks, notice.daily.finds)]
  if ('bound' in notice) return [t.bound]
  if ('test' in notice) return [t.test]
  const { incident, subject, detail, isClosed, until, language } = notice
  const { what, does, can } = incidentWords(incident, subject, language)
  if (isClosed) return [t.resolved(what)]
  const end = until ? [t.until(clockTime(until, language, timeZone))] : []
  return [what, detail, ...end, does, can].filter((line) => line !== '')
}
