import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { makeOwnerCode } from '../people/owner-code.ts'
import { handleUpdates } from './handle-updates.ts'
import { insist } from './insist.ts'
import { commandNames } from './reading/read-command.ts'
import { receiveUpdates } from './receive-updates.ts'
import type { TelegramBot } from './telegram-bot.ts'
import { wordsOf } from './words/words-of.ts'

/** Everybody else's menu is in English. */
const MENUS = [
  { language: null, words: wordsOf('en') },
  { language: 'en', words: wordsOf('en') },
  { language: 'fr', words: wordsOf('fr') },
]

async function publishMenus(telegram: TelegramBot, { logger }: Context, signal: AbortSignal): Promise<void> {
  for (const { language, words } of MENUS) {
    const menu = commandNames.map((command) => ({ command, description: words.menu[command] }))
    await telegram.publishMenu(menu, language, signal).catch((error: unknown) => {
      logLine(logger, 'botCallFailed', { call: 'setMyCommands', error: errorText(error) })
    })
  }
}

/**
 * The bot of this installation, while this main leads. While no chat of the owner is known it shows a code on the terminal:
 * the chat that writes `/start <code>` becomes the owner's. Nobody knows a chat id.
 */
export async function runBot(context: Context, bot: NonNullable<Context['bot']>, signal: AbortSignal): Promise<void> {
  const { database, logger } = context
  const named = await insist('bot', () => bot.telegram.name(signal), logger, signal)
  const owner = await insist('bot', () => database.call('get_owner_chat', {}, signal), logger, signal)
  if (!named || !owner) return
  const name = named.result
  if (owner.result === null) {
    const made = await insist('bot', () => makeOwnerCode(context, 'terminal'), logger, signal)
    if (made) logLine(logger, 'bindOwner', { code: made.result.code, bot: name })
  }
  await Promise.all([
    publishMenus(bot.telegram, context, signal),
    receiveUpdates(context, bot, name, signal),
    handleUpdates({ context, ...bot, name }, signal),
  ])
}
