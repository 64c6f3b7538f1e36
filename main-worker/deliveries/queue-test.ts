import { z } from 'zod'
import { invalidField, ProblemError } from '#shared/errors.ts'
import type { Context } from '../context.ts'
import { sendTest } from './send-test.ts'

export const TestInput = z.strictObject({
  channel: z.enum(['telegram', 'console', 'discord', 'webhook'], 'wants telegram, console, discord or webhook'),
  /** A chat, or a webhook's id; without it the owner's chat. */
  destination: z.string().trim().min(1).max(100).optional(),
})
export type TestInput = z.infer<typeof TestInput>

type Deps = Pick<Context, 'database' | 'config'>

const missing = (what: string): ProblemError => invalidField('destination', `wants ${what} (got nothing)`)

/** Where a test of this channel goes. Throws ProblemError. */
async function destinationOf({ database, config }: Deps, { channel, destination }: TestInput): Promise<string> {
  switch (channel) {
    case 'console':
      return 'console'
    case 'telegram': {
      if (config.telegramToken === null)
        throw new ProblemError(503, 'NO_TELEGRAM_BOT_TOKEN', 'set TELEGRAM_BOT_TOKEN: without it nobody can send there')
      const chat = destination ?? (await database.call('get_owner_chat', {}))
      if (chat === null) throw missing('a chat, as long as the owner has none')
      return chat
    }
    case 'discord':
    case 'webhook': {
      if (destination === undefined) throw missing('the id of a webhook')
      const kind = channel === 'discord' ? 'discord' : 'standard'
      const webhooks = await database.call('list_webhooks', {})
      if (!webhooks.some((webhook) => webhook.id === destination && webhook.kind === kind))
        throw new ProblemError(404, 'NOT_FOUND', `destination: no ${kind} webhook ${destination}`)
      return destination
    }
    default:
      return channel satisfies never
  }
}

/** A word to try a way out, through the same outbox as everything else. Answers the message's id: how it went stands there. */
export async function queueTest(deps: Deps, input: TestInput): Promise<string> {
  const destination = await destinationOf(deps, input)
  const { language } = await deps.database.call('get_owner', {})
  const { id } = await sendTest(deps, { channel: input.channel, destination, language })
  return id
}
