import type { Answer, Asked } from '../asked.ts'
import { mayChangeAnything } from '../may-change.ts'
import type { CommandName } from '../reading/read-command.ts'
import { message, say } from '../words/compose.ts'
import { addAlert } from './draft-alert.ts'
import { listAlerts } from './list-alerts.ts'
import { muteSellers } from './mute-sellers.ts'
import { pauseAlert, resumeAlert, snoozeAlert } from './pause-alerts.ts'
import { sayStats } from './say-stats.ts'
import { sendLogin } from './send-login.ts'
import { setLanguage } from './set-language.ts'
import { setQuiet } from './set-quiet.ts'
import { start } from './start.ts'

type Command = {
  run: (asked: Asked, argument: string) => Answer | Promise<Answer>
  /** Who may only look may not use it. */
  changes: boolean
}

const forAll = (run: Command['run']): Command => ({ run, changes: false })
const forMembers = (run: Command['run']): Command => ({ run, changes: true })

const help = ({ t, person }: Asked): Answer => ({ replies: [message(t.help(mayChangeAnything(person)))] })

export const commands: Readonly<Record<CommandName, Command>> = {
  start: forAll(start),
  add: forMembers(addAlert),
  list: forAll(listAlerts),
  pause: forMembers(pauseAlert),
  resume: forMembers(resumeAlert),
  snooze: forMembers(snoozeAlert),
  mute: forMembers(muteSellers),
  quiet: forAll(setQuiet),
  stats: forAll(sayStats),
  // Through the outbox like everything else: that is what it tests.
  test: forAll(({ t }) => say(t.test)),
  lang: forAll((asked, argument) => setLanguage(asked, argument)),
  login: forAll(sendLogin),
  help: forAll(help),
}
