import type { Person } from '#shared/database/people.ts'
import { mayAsk } from '../../people/access.ts'
import type { Answer } from '../asked.ts'
import { bold, line, message } from '../words/compose.ts'
import { wordsOf } from '../words/words-of.ts'

/** What somebody reads first. */
export function welcome({ name, role, language }: Person): Answer {
  const t = wordsOf(language)
  const [greeting, first] = [line(bold(t.welcome(name))), mayAsk('member', role) ? t.welcomeMember : t.welcomeViewer]
  return { replies: [message([greeting, first])], language }
}
