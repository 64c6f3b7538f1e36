import type { Context } from '../context.ts'

const PATIENCE_MS = 2_000

/** What people call the bot, without its @; null without one, or while Telegram does not say: a link less is no harm. */
export async function readBotName({ bot, stopping }: Pick<Context, 'bot' | 'stopping'>): Promise<string | null> {
  if (bot === null) return null
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(PATIENCE_MS)])
  const name = await bot.telegram.name(signal).catch(() => '')
  return /^@?(\w{3,64})$/.exec(name)?.[1] ?? null
}
