import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { makeLoginLink } from '../../people/login.ts'
import type { Answer, Asked } from '../asked.ts'
import { say } from '../words/compose.ts'

/**
 * A link that logs this person in, once. It does not go through the outbox: that keeps what it sends, and shows it to
 * whoever may look at the deliveries.
 */
export async function sendLogin({ context, telegram, person, update, t, signal }: Asked): Promise<Answer> {
  if (!update.isPrivate) return say(t.loginPrivate)
  const { url } = await makeLoginLink(context, person.id)
  try {
    await telegram.whisper(update, t.login(url), signal)
    return { replies: [] }
  } catch (error) {
    logLine(context.logger, 'botCallFailed', { call: 'sendMessage', error: errorText(error) })
    return say(t.loginFailed)
  }
}
