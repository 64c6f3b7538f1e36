import type { BotUpdate } from '#shared/database/bot.ts'
import type { Answer, Asked } from './asked.ts'
import { commands } from './commands/commands.ts'
import { editDraft, pasteLink } from './commands/draft-alert.ts'
import { mayChangeAnything } from './may-change.ts'
import { findLink } from './reading/find-link.ts'
import { readCommand } from './reading/read-command.ts'
import { say } from './words/compose.ts'

const NOTHING: Answer = { replies: [] }

/** A command, a pasted link, or the next words about a draft. In a group people talk to each other too: that is left alone. */
export async function answerText(
  asked: Asked,
  update: Extract<BotUpdate, { kind: 'text' }>,
  botName: string,
): Promise<Answer> {
  const { t, person } = asked
  const { text, links, isPrivate } = update
  const command = readCommand(text, botName)
  if (command === 'for-another-bot') return NOTHING
  if (command === 'unknown') return isPrivate ? say(t.unknownCommand) : NOTHING
  if (command !== null) {
    const { changes, run } = commands[command.name]
    return changes && !mayChangeAnything(person) ? say(t.onlyLooking) : run(asked, command.argument)
  }
  const link = findLink(text, links)
  if (link !== null) return mayChangeAnything(person) ? pasteLink(asked, link) : say(t.onlyLooking)
  return (await editDraft(asked, text)) ?? (isPrivate ? say(t.unclearText) : NOTHING)
}
