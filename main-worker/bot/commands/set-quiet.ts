import type { Answer, Asked } from '../asked.ts'
import { readQuiet } from '../reading/read-quiet.ts'
import { say } from '../words/compose.ts'

/** `/quiet 22:00-08:00 Europe/Paris`, `/quiet off`, and `/quiet` alone says how it is. Delivery itself keeps to it. */
export async function setQuiet({ context, person, t }: Asked, argument: string): Promise<Answer> {
  const { quietFrom, quietUntil, timeZone } = person
  if (argument === '') {
    const state = quietFrom === null || quietUntil === null ? t.quietOff : t.quietNow(quietFrom, quietUntil, timeZone)
    return say(state, t.quietHow)
  }
  const quiet = readQuiet(argument, timeZone)
  if (quiet.kind === 'unclear') return say(t.quietHow)
  if (quiet.kind === 'unknown-zone') return say(t.unknownZone(quiet.timeZone))
  const changes =
    quiet.kind === 'off'
      ? { quietFrom: null, quietUntil: null }
      : { quietFrom: quiet.from, quietUntil: quiet.until, timeZone: quiet.timeZone }
  await context.database.call('update_person', { id: person.id, changes })
  return quiet.kind === 'off' ? say(t.quietOff) : say(t.quietNow(quiet.from, quiet.until, quiet.timeZone), t.quietDoes)
}
